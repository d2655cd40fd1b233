/** The PostgreSQL wire protocol, version 3, from the server's side: reads what a client sends, writes what a server answers. */

export type FrontendMessage =
  | { readonly type: 'parse'; readonly name: string; readonly text: string }
  | { readonly type: 'bind'; readonly statement: string; readonly values: readonly (string | null)[] }
  | { readonly type: 'describe' | 'close'; readonly target: string; readonly name: string }
  | { readonly type: 'query'; readonly text: string }
  | { readonly type: 'execute' | 'sync' | 'flush' | 'terminate' };

export interface Column {
  readonly name: string;
  /** Type oid of pg_type.dat. */
  readonly type: number;
}

export type TransactionStatus = 'I' | 'T' | 'E';

/** Reads the fields of one message. */
class Fields {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  character(): string {
    this.at += 1;
    return this.bytes.toString('latin1', this.at - 1, this.at);
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  value(): string | null {
    const length = this.bytes.readInt32BE(this.at);
    this.at += 4;
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
}

function readBind(fields: Fields): FrontendMessage {
  fields.text(); // the portal: clients here use the unnamed one only
  const statement = fields.text();
  for (let formats = fields.int16(); formats > 0; formats -= 1) fields.int16();
  const values = Array.from({ length: fields.int16() }, () => fields.value());
  return { type: 'bind', statement, values };
}

const READERS: Readonly<Record<string, (fields: Fields) => FrontendMessage>> = {
  P: (fields) => ({ type: 'parse', name: fields.text(), text: fields.text() }),
  B: readBind,
  D: (fields) => ({ type: 'describe', target: fields.character(), name: fields.text() }),
  C: (fields) => ({ type: 'close', target: fields.character(), name: fields.text() }),
  Q: (fields) => ({ type: 'query', text: fields.text() }),
  E: () => ({ type: 'execute' }),
  S: () => ({ type: 'sync' }),
  H: () => ({ type: 'flush' }),
  X: () => ({ type: 'terminate' }),
};

const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

/** Cuts the client's bytes into messages. The first one, which starts the session, has no code. */
export class FrontendReader {
  private bytes: Buffer = Buffer.alloc(0);
  private isStarted = false;

  constructor(
    private readonly onStartup: (request: 'startup' | 'ssl' | 'cancel') => void,
    private readonly onMessage: (message: FrontendMessage) => void,
  ) {}

  read(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk]);
    while (this.isStarted ? this.readMessage() : this.readStartup());
  }

  private readStartup(): boolean {
    if (this.bytes.length < 8) return false;
    const length = this.bytes.readInt32BE(0);
    if (this.bytes.length < length) return false;
    const code = this.bytes.readInt32BE(4);
    this.bytes = this.bytes.subarray(length);
    this.isStarted = code !== SSL_REQUEST;
    this.onStartup(code === SSL_REQUEST ? 'ssl' : code === CANCEL_REQUEST ? 'cancel' : 'startup');
    return true;
  }

  private readMessage(): boolean {
    if (this.bytes.length < 5) return false;
    const end = 1 + this.bytes.readInt32BE(1);
    if (this.bytes.length < end) return false;
    const code = this.bytes.toString('latin1', 0, 1);
    const read = READERS[code];
    if (!read) throw new Error(`The client sent a message of unknown code ${code}.`);
    const message = read(new Fields(this.bytes.subarray(5, end)));
    this.bytes = this.bytes.subarray(end);
    this.onMessage(message);
    return true;
  }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function message(code: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)));
  return Buffer.concat([Buffer.from(code), int32(body.length + 4), body]);
}

const column = ({ name, type }: Column): Buffer =>
  Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]);

function field(text: string | null): Buffer {
  if (text === null) return int32(-1);
  const bytes = Buffer.from(text);
  return Buffer.concat([int32(bytes.length), bytes]);
}

export interface ServerError {
  readonly severity: 'ERROR' | 'FATAL' | 'NOTICE';
  readonly code: string;
  readonly message: string;
}

const saying = ({ severity, code, message: text }: ServerError): string =>
  `S${severity}\0V${severity}\0C${code}\0M${text}\0`;

/** What a server sends. */
export const backend = {
  authenticationOk: () => message('R', int32(0)),
  parameterStatus: (name: string, value: string) => message('S', name, value),
  backendKeyData: (processId: number) => message('K', int32(processId), int32(processId * 7)),
  readyForQuery: (status: TransactionStatus) => message('Z', Buffer.from(status)),
  parseComplete: () => message('1'),
  bindComplete: () => message('2'),
  closeComplete: () => message('3'),
  noData: () => message('n'),
  emptyQueryResponse: () => message('I'),
  parameterDescription: (count: number) =>
    message('t', int16(count), ...Array.from({ length: count }, () => int32(25))),
  rowDescription: (columns: readonly Column[]) => message('T', int16(columns.length), ...columns.map(column)),
  dataRow: (values: readonly (string | null)[]) => message('D', int16(values.length), ...values.map(field)),
  commandComplete: (tag: string) => message('C', tag),
  error: (error: ServerError) => message('E', saying(error)),
  notice: (text: string) => message('N', saying({ severity: 'NOTICE', code: '00000', message: text })),
  copyOutResponse: () => message('H', Buffer.from([0]), int16(0)),
  copyData: (line: Buffer) => message('d', line),
  copyDone: () => message('c'),
} as const;
