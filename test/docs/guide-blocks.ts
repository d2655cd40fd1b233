/** Reads the steps of a guide: the commands for bash, in the order of the document, with the operation before and the answer after them. */

interface GuideAnswer {
  /** `text`: what the commands print; `json`: a body of GraphQL; `http`: the status, headers and body of an answer. */
  readonly kind: 'text' | 'json' | 'http';
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** JSON or lines, with "…" for what varies. */
  readonly body: string;
}

export interface GuideStep {
  /** `line 42: curl …` */
  readonly name: string;
  /** The document of GraphQL that the commands send. */
  readonly operation: string | undefined;
  readonly commands: string;
  readonly answer: GuideAnswer | undefined;
}

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

function blocksOf(document: string): Block[] {
  return [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 1: language = '', 2: text = '', index }) => ({
    language,
    text: text.trimEnd(),
    line: document.slice(0, index).split('\n').length,
  }));
}

/** @throws for an operation without commands, an answer to no commands, and a block in another language */
export function stepsOf(document: string): GuideStep[] {
  const steps: GuideStep[] = [];
  let operation: string | undefined;
  for (const { language, text, line } of blocksOf(document)) {
    const last = steps.at(-1);
    if (language === 'bash') {
      steps.push({ name: `line ${line}: ${text.slice(0, 80)}`, operation, commands: text, answer: undefined });
      operation = undefined;
    } else if (operation !== undefined) throw new Error(`Line ${line}: an operation without commands before it.`);
    else if (language === 'graphql') operation = text;
    else if (last && !last.answer) steps[steps.length - 1] = { ...last, answer: readAnswer(language, text, line) };
    else throw new Error(`Line ${line}: an answer to no commands.`);
  }
  return steps;
}

function readAnswer(language: string, text: string, line: number): GuideAnswer {
  if (language === 'json' || language === 'text') return { kind: language, status: 200, headers: [], body: text };
  const [, status, head = '', body = ''] = /^HTTP\/1\.1 (\d{3}) .*\n?((?:.+\n?)*)\n?([\s\S]*)$/.exec(text) ?? [];
  if (language !== 'http' || status === undefined) throw new Error(`Line ${line}: neither commands nor an answer.`);
  const lines = head.split('\n').filter((header) => header !== '');
  return { kind: 'http', status: Number(status), headers: lines.map(readHeader), body };
}

function readHeader(line: string): readonly [name: string, value: string] {
  const [name = '', ...value] = line.split(': ');
  return [name.toLowerCase(), value.join(': ')];
}

interface GraphqlRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What the commands send to /graphql and is not shown as too expensive, with a word in place of each variable of the shell. */
export function graphqlRequestsOf(document: string): GraphqlRequest[] {
  return stepsOf(document)
    .filter(({ commands, answer }) => commands.includes('/graphql -d ') && !answer?.body.includes('QUERY_TOO_COMPLEX'))
    .map(({ commands, name }) => {
      const [, body] = /\/graphql -d '(\{.*?\})'/s.exec(commands.replaceAll(/'\$\w+'/g, 'word')) ?? [];
      if (body === undefined) throw new Error(`No body that can be read in ${name}`);
      const { query, variables = {} } = JSON.parse(body) as Partial<GraphqlRequest> & { query: string };
      return { query, variables };
    });
}

/** What of the shown JSON the answer does not have; "…" stands for anything, and of lists the first items are shown. */
export function differences(shown: unknown, given: unknown, path = '$'): string[] {
  if (!isContainer(shown))
    return isShown(shown, given) ? [] : [`${path}: ${JSON.stringify(given)}, not ${String(shown)}`];
  if (!isContainer(given) || !isAlike(shown, given)) return [`${path}: not the same kind of list or object`];
  return Object.entries(shown).flatMap(([name, value]) => differences(value, given[name], `${path}.${name}`));
}

/** An empty list is shown for an empty list alone. */
function isAlike(shown: object, given: object): boolean {
  if (!Array.isArray(shown) || !Array.isArray(given)) return Array.isArray(shown) === Array.isArray(given);
  return shown.length > 0 || given.length === 0;
}

function isShown(shown: unknown, given: unknown): boolean {
  if (shown === '…') return given !== undefined;
  return shown === given || (typeof shown === 'string' && typeof given === 'string' && patternOf(shown).test(given));
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** `…` stands for anything. */
function patternOf(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** Lines that are shown and were not given. */
export function missingLines(shown: string, given: string): string[] {
  const linesOf = (text: string): string[] => text.replaceAll('\ufeff', '').split(/\r?\n/);
  const lines = linesOf(given);
  return linesOf(shown).filter((line) => {
    const pattern = patternOf(line);
    return !lines.some((one) => pattern.test(one));
  });
}
