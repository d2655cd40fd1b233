/** Reads the Dockerfile: stages, and the steps of each. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const readText = (path: string): string => readFileSync(new URL(path, `file://${ROOT}`), 'utf8');

export interface Step {
  /** In capitals. */
  readonly keyword: string;
  /** `from` of `--from=build`. */
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the flags, lines that are continued as one. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
}

/** @throws when a step comes before the first FROM */
export function readStages(text: string): readonly Stage[] {
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  for (const step of readSteps(text)) {
    if (step.keyword === 'FROM') {
      const [base = '', , name = String(stages.length)] = step.text.split(/\s+/);
      stages.push({ name, base, steps: [] });
      continue;
    }
    const last = stages.at(-1);
    if (!last) throw new Error(`${step.keyword} before FROM`);
    last.steps.push(step);
  }
  return stages;
}

/** Comments are lines of their own; a backslash at the end of a line continues it. */
function readSteps(text: string): Step[] {
  const lines = text.replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n/g, ' ');
  return [...lines.matchAll(/^([A-Z]+)\s+((?:--\S+\s+)*)(.*)$/gm)].map(([, keyword = '', flags = '', rest = '']) => ({
    keyword,
    flags: new Map([...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value])),
    text: rest.replaceAll(/\s+/g, ' ').trim(),
  }));
}

/** The program and arguments of CMD, or of HEALTHCHECK CMD. @throws when they are for a shell */
export function execForm({ keyword, text }: Step): readonly [string, ...string[]] {
  const json = keyword === 'HEALTHCHECK' ? text.replace(/^CMD /, '') : text;
  const words: unknown = JSON.parse(json);
  const [program, ...args] = Array.isArray(words) ? words.map(String) : [];
  if (program === undefined) throw new Error(`${keyword} has no program: ${text}`);
  return [program, ...args];
}

/** `KEY=value` pairs of ENV. */
export function variablesOf({ steps }: Stage): ReadonlyMap<string, string> {
  const pairs = steps.filter(({ keyword }) => keyword === 'ENV').flatMap(({ text }) => text.split(' '));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** The files of the work tree that a build is given, as .dockerignore says. @throws for patterns that are not plain paths or `*` */
export function contextFiles(): readonly string[] {
  const patterns = readText('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const unread = patterns.filter((pattern) => pattern !== '*' && !/^!?[\w./-]+$/.test(pattern));
  if (unread.length > 0) throw new Error(`.dockerignore: ${unread.join(', ')}`);
  const files = globSync('**', { cwd: ROOT, withFileTypes: true, exclude: (entry) => entry.name === 'node_modules' });
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(ROOT.length))
    .filter((path) => isGiven(path, patterns));
}

/** The last pattern that matches decides. */
function isGiven(path: string, patterns: readonly string[]): boolean {
  const last = patterns.findLast((pattern) => {
    const bare = pattern.replace(/^!/, '');
    return bare === '*' || path === bare || path.startsWith(`${bare}/`);
  });
  return last === undefined || last.startsWith('!');
}
