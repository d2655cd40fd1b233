/**
 * The server's bytes as messages. pg makes a string of each field by a call into C++ of its own, a tenth of what a page of nested
 * lists cost the process; here a chunk from the socket becomes one string, and fields are parts of it. The parts keep that string
 * alive: what is kept beyond a request should come from small answers.
 */
import { Parser } from 'pg-protocol/dist/parser.js';
import type { BackendMessage } from 'pg-protocol/dist/messages.js';

/** Code and length. */
const HEADER_BYTES = 5;
/** `D` */
const DATA_ROW = 68;

/** One row as it came. The next row of its connection overwrites it: read it before you return. */
export class RowMessage {
  readonly name = 'dataRow';
  bytes: Buffer = Buffer.alloc(0);
  /** Each byte as one character: the same positions as in `bytes`, and the same text where that is ASCII. */
  text = '';
  /** Where the fields begin: of each its length in four bytes, -1 for NULL, and its text in UTF-8. */
  offset = 0;
  fieldCount = 0;
  /** Of the whole message. */
  length = 0;

  /** The texts of the fields, as pg's own queries want them. */
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

/** @throws for a length that no message has: these bytes are not the protocol's */
function lengthAt(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at);
  if (length < 4) throw new Error('The server sent bytes that are not of its protocol.');
  return length;
}

/** Cuts the server's bytes into messages: rows are handed on as they are, everything else is read by pg's parser. */
export class MessageReader {
  private readonly parser = new Parser();
  private readonly row = new RowMessage();
  /** The beginning of a message whose end has not come, and how long it must grow before it is worth a look. */
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
    /** Before it, everything is handed on. */
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
