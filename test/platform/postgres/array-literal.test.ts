/** Arrays reach PostgreSQL as text: what stands in them must come back as it was. */
import fc from 'fast-check';
import { arrayLiteral } from '../../../src/platform/postgres/sql.js';
import { useService } from '../../support/use-service.js';

const service = useService();

const SPECIAL = ['', ' ', 'a b', 'NULL', 'null', '{}', '{a,b}', ',', '"', '\\', '\\"', 'a"b\\c', "l'été", '\n\t', '😀'];
/** PostgreSQL stores no NUL, and UTF-8 has no lone surrogate. */
const anyText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());

async function sentAndRead(values: readonly string[]): Promise<unknown> {
  const [row] = await service.ask<{ read: unknown }>('SELECT to_jsonb($1::text[]) AS read', [arrayLiteral(values)]);
  return row?.read;
}

test.each(SPECIAL.map((text) => [JSON.stringify(text), text]))('%s is one text of the array', async (_, text) => {
  expect(await sentAndRead([text, 'next'])).toEqual([text, 'next']);
});

test('an array may be empty, and hold any texts', async () => {
  expect(await sentAndRead([])).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.array(anyText), async (values) => {
      expect(await sentAndRead(values)).toEqual(values);
    }),
  );
});

test('numbers are sent as they are', async () => {
  const [row] = await service.ask<{ read: unknown }>('SELECT to_jsonb($1::float8[]) AS read', [
    arrayLiteral([1, -2.5, 1e21]),
  ]);
  expect(row?.read).toEqual([1, -2.5, 1e21]);
});
