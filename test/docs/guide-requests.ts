/** Reads the requests and the tables of the users' guide. */

export interface GuideRequest {
  /** As the guide writes it: `POST /v1/commercial/opportunities/{opp_id}/win`. */
  readonly line: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const REQUEST_LINE = /^(GET|POST|PUT|PATCH|DELETE) (\/\S+)$/;

/** Every request in a block of code, in the document's order. @throws for a line of a block that it cannot read */
export function requestsOf(document: string): GuideRequest[] {
  const blocks = [...document.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks.flatMap((text) =>
    text
      .replace(/^#.*\n/gm, '')
      .split(/^(?=(?:GET|POST|PUT|PATCH|DELETE) \/)/m)
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(readRequest),
  );
}

function readRequest(text: string): GuideRequest {
  const [head = '', ...paragraphs] = text.split('\n\n');
  const [line = '', ...headers] = head.split('\n');
  const [, method = '', path = ''] = REQUEST_LINE.exec(line) ?? [];
  if (method === '') throw new Error(`Neither a request nor a part of one: ${line}`);
  return {
    line,
    method,
    path,
    headers: Object.fromEntries(headers.map(readHeader)),
    body: paragraphs.length === 0 ? undefined : paragraphs.join('\n\n'),
  };
}

function readHeader(line: string): [name: string, value: string] {
  const [name = '', value] = line.split(': ');
  if (value === undefined) throw new Error(`No header: ${line}`);
  return [name.toLowerCase(), value];
}

/** The rows below a table's head, cell by cell, without the marks of code. @param head its first cells */
export function tableOf(document: string, ...head: readonly string[]): string[][] {
  const cellsOf = (line: string): string[] =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', ''));
  const lines = document.split('\n');
  const start = lines.findIndex(
    (line) => line.startsWith('|') && head.every((cell, index) => cellsOf(line)[index] === cell),
  );
  if (start < 0) throw new Error(`The guide has no table ${head.join(' | ')}.`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map(cellsOf);
}
