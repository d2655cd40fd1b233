import fc from 'fast-check';
import { MessageReader } from '../../../src/platform/postgres/message-reader.js';

function message(code: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, code);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

function dataRow(fields: readonly (string | null)[]): Buffer {
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  const written = fields.flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(field === null ? -1 : Buffer.byteLength(field));
    return [length, Buffer.from(field ?? '')];
  });
  return message('D', Buffer.concat([count, ...written]));
}

const messages = fc.array(
  fc.oneof(
    fc.array(fc.option(fc.string({ unit: 'grapheme', maxLength: 20 })), { maxLength: 4 }).map(dataRow),
    fc.string({ maxLength: 200 }).map((line) => message('d', Buffer.from(line))),
    fc.constantFrom(
      message('C', Buffer.from('SELECT 1\0')),
      message('Z', Buffer.from('I')),
      message('c', Buffer.alloc(0)),
    ),
  ),
  { maxLength: 12 },
);

/** What a reader passes on of the chunks, in their order. Lines of COPY are views of the bytes and are read only after the last chunk. */
function readAll(chunks: readonly Buffer[]): readonly unknown[] {
  const seen: object[] = [];
  const reader = new MessageReader(
    (other) => {
      seen.push(other);
    },
    (row) => {
      seen.push({ fields: row.fields, length: row.length });
    },
  );
  for (const chunk of chunks) reader.read(chunk);
  return seen.map((one) => ('chunk' in one ? { ...one, chunk: String(one.chunk) } : one));
}

test('messages are the same wherever their bytes are cut into chunks', () => {
  fc.assert(
    fc.property(messages, fc.array(fc.nat({ max: 999 }), { maxLength: 20 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent);
      const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
        (a, b) => a - b,
      );
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));

      const whole = readAll([bytes]);
      expect(whole).toHaveLength(sent.length);
      expect(readAll(chunks)).toEqual(whole);
      expect(readAll([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
