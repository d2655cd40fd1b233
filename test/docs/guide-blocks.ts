/** Reads the examples of a guide: each request in the order of the document, with the answer that the document shows for it. */

interface GuideAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** JSON with "…" for what varies, or the lines of a file. */
  readonly body: string;
}

export interface GuideExample {
  /** `POST /v1/commercial/customers`, or `GraphQL` with the number of the line. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
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

/** @throws for a block that is neither a request nor the answer to the one before it */
export function examplesOf(document: string): GuideExample[] {
  const examples: GuideExample[] = [];
  for (const block of blocksOf(document)) {
    const answer = readAnswer(block);
    const last = examples.at(-1);
    if (!answer) examples.push(readRequest(block));
    else if (last && !last.answer) examples[examples.length - 1] = { ...last, answer };
    else throw new Error(`Line ${block.line}: an answer to no request.`);
  }
  return examples;
}

function readAnswer({ language, text }: Block): GuideAnswer | undefined {
  if (language === 'json') return { status: 200, headers: [], body: text };
  const [first = '', ...rest] = text.split('\n');
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1];
  return status === undefined ? undefined : { status: Number(status), ...readMessage(rest) };
}

function readMessage(lines: readonly string[]): Pick<GuideAnswer, 'headers' | 'body'> {
  const end = lines.indexOf('');
  const head = end < 0 ? lines : lines.slice(0, end);
  const headers = head.map((line) => {
    const [name = '', ...value] = line.split(': ');
    return [name.toLowerCase(), value.join(': ')] as const;
  });
  return { headers, body: end < 0 ? '' : lines.slice(end + 1).join('\n') };
}

function readRequest(block: Block): GuideExample {
  return block.language === 'graphql' ? readDocument(block) : readHttp(block);
}

function readDocument({ text, line }: Block): GuideExample {
  const headers = { 'content-type': 'application/json' };
  return { name: `GraphQL, line ${line}`, method: 'POST', path: '/graphql', headers, body: text, answer: undefined };
}

function readHttp({ language, text, line }: Block): GuideExample {
  const [first = '', ...rest] = text.split('\n');
  const request = /^(GET|POST|PUT|PATCH|DELETE) (\/\S+)$/.exec(first);
  if (language !== 'http' || !request) throw new Error(`Line ${line}: neither a request nor an answer.`);
  const [, method = '', path = ''] = request;
  const { headers, body } = readMessage(rest);
  return {
    name: `${method} ${path}, line ${line}`,
    method,
    path,
    headers: Object.fromEntries(headers),
    body: body === '' ? undefined : body,
    answer: undefined,
  };
}

/** What of the shown JSON the answer does not have; `"…"` stands for anything, and of lists the first items are shown. */
export function differences(shown: unknown, given: unknown, path = '$'): string[] {
  if (shown === '…') return given === undefined ? [`${path}: missing`] : [];
  if (!isContainer(shown)) {
    return shown === given ? [] : [`${path}: ${JSON.stringify(given)} instead of ${JSON.stringify(shown)}`];
  }
  if (!isContainer(given) || Array.isArray(given) !== Array.isArray(shown)) return [`${path}: of another kind`];
  return Object.entries(shown).flatMap(([name, value]) => differences(value, given[name], `${path}.${name}`));
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Lines of a file as a pattern each; `…` stands for anything. */
export function missingLines(shown: string, given: string): string[] {
  const lines = given.replace(/^\ufeff/, '').split('\r\n');
  return shown.split('\n').filter((line) => {
    const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = new RegExp(`^${parts.join('.*')}$`);
    return !lines.some((one) => pattern.test(one));
  });
}
