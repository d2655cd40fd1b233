/**
 * Splits the server's bytes into messages. pg converts each field to a string by a separate C++ call, which took a tenth of the time of
 * a page of nested lists. Here one string is made per chunk of the socket, and fields are substrings. A substring keeps the whole
 * string in memory, so only values from small answers should be kept longer than a request.
 */
import { Parser } from 'pg-protocol/dist/parser.js';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';

/** The code and the length of a message. */
const HEADER_BYTES = 5;
/** The code `D`. */
const DATA_ROW = 68;

/** One row as received. The next row of the connection overwrites this object, so read it before you return. */
export class RowMessage {
  readonly name = 'dataRow';
  bytes: Buffer = Buffer.alloc(0);
  /** The bytes as Latin-1: positions are those of `bytes`, and ASCII text is unchanged. */
  text = '';
  /** Start of the fields. Each field is a length of four bytes (-1 for NULL) and text in UTF-8. */
  offset = 0;
  fieldCount = 0;
  /** Length of the whole message. */
  length = 0;

  /** The texts of the fields, for pg's own queries. */
  get fields(): (string | null)[] {
    const fields: (string | null)[] = [];
    let at = this.offset;
    for (let index = 0; index < this.fieldCount; index += 1) {
      const length = this.bytes.readInt32BE(at);
      at += 4;
      fields.push(length < 0 ? null : this.bytes.toString('utf8', at, at + length));
      at += Math.max(length, 0);
    }
    return fields;
  }
}

/** @throws for an impossible length: the bytes are not in PostgreSQL's protocol */
function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at);
  if (length < 4) throw new Error('The server sent bytes that are not of its protocol.');
  return length;
}

/**
 * Passes rows on without parsing. Other messages are read by pg's parser, which gets only whole ones: it would move the bytes of incomplete
 * ones over those that it has passed on, and lines of COPY are views of them that a slow reader takes later.
 */
export class MessageReader {
  private readonly parser = new Parser();
  private readonly row = new RowMessage();
  /** The start of an incomplete message, and the number of bytes that are needed to continue. */
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private wantedBytes = 0;

  constructor(
    private readonly emit: (message: BackendMessage) => void,
    private readonly emitRow: (row: RowMessage) => void,
  ) {}

  read(chunk: Buffer): void {
    if (this.keptBytes === 0) {
      this.readMessages(chunk);
      return;
    }
    this.kept.push(chunk);
    this.keptBytes += chunk.length;
    if (this.keptBytes < this.wantedBytes) return;
    const bytes = Buffer.concat(this.kept, this.keptBytes);
    this.kept = [];
    this.keptBytes = 0;
    this.readMessages(bytes);
  }

  private readMessages(bytes: Buffer): void {
    let text: string | undefined;
    /** All messages before this position have been passed on. */
    let start = 0;
    let at = 0;
    let wanted = HEADER_BYTES;
    while (at + HEADER_BYTES <= bytes.length) {
      const end = at + 1 + lengthAt(bytes, at + 1);
      wanted = end - at;
      if (end > bytes.length) break;
      if (bytes[at] === DATA_ROW) {
        if (start < at) this.parser.parse(bytes.subarray(start, at), this.emit);
        text ??= bytes.toString('latin1');
        this.readRow(bytes, text, at + HEADER_BYTES, wanted);
        start = end;
      }
      at = end;
      wanted = HEADER_BYTES;
    }
    if (start < at) this.parser.parse(bytes.subarray(start, at), this.emit);
    if (at < bytes.length) this.keep(bytes.subarray(at), wanted);
  }

  private readRow(bytes: Buffer, text: string, at: number, length: number): void {
    const { row } = this;
    row.bytes = bytes;
    row.text = text;
    row.fieldCount = bytes.readInt16BE(at);
    row.offset = at + 2;
    row.length = length;
    this.emitRow(row);
  }

  private keep(bytes: Buffer, wanted: number): void {
    this.kept = [bytes];
    this.keptBytes = bytes.length;
    this.wantedBytes = wanted;
  }
}
