/** Commands of a page for operators, taken as they are written; only what stands for an address or a password is filled in. */
import { readText } from './dockerfile.js';

export interface Site {
  readonly port: number;
  /** The last seal of tenant acme's audit log, once there is one. */
  readonly head?: string;
  /** Where the page installs, and what it clones. */
  readonly folder: string;
  readonly source: string;
}

export const passwordOf = (role: string): string => `${role}-0123456789abcdef`;

/** As the page has it in DATABASE_URL. */
export const urlOf = (role: string, port: number): string =>
  `postgres://${role}:${passwordOf(role)}@127.0.0.1:${port}/crm`;

/**
 * @param heading of the section, without the hashes
 * @returns the text of its blocks in this language, in their order
 * @throws when there is none
 */
export function blocksOf(page: string, heading: string, language: 'bash' | 'sql'): readonly string[] {
  const [, rest] = readText(page).split(`\n## ${heading}\n`);
  const [section = ''] = rest?.split('\n## ') ?? [];
  const blocks = [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language);
  if (blocks.length === 0) throw new Error(`${page} has no ${language} below "${heading}".`);
  return blocks.map(([, , text = '']) => text);
}

/** @throws when a placeholder is left */
export function fillIn(text: string, { port, folder, source, head }: Site): string {
  const filled = text
    .replaceAll(/(crm_\w+):…@host\//g, (_, role: string) => `${role}:${passwordOf(role)}@127.0.0.1:${port}/`)
    .replaceAll(/(crm_\w+)( LOGIN(?: BYPASSRLS)?) PASSWORD '…'/g, (_, role: string, words: string) => {
      return `${role}${words} PASSWORD '${passwordOf(role)}'`;
    })
    .replaceAll('-h host ', `-h 127.0.0.1 -p ${port} `)
    .replaceAll('git clone … ', `git clone -q ${source} `)
    .replaceAll('/opt/crm-api', folder)
    .replaceAll('1201:9f2c…', head ?? '1201:9f2c…');
  // Comments may have anything.
  if (/^[^#\n]*…/m.test(filled)) throw new Error(`Nothing is known for: ${filled}`);
  return filled;
}
