/** The frozen JSON of a record: its bytes and its schema. */
import fc from 'fast-check';
import {
  json,
  named,
  nullable,
  restSerializer,
  text,
  textList,
  uuidInText,
} from '../../../src/platform/rest/serializer.js';
import { aToy, toySerializer } from '../input/toy.js';

test('writes every member, in order, money from its exact text', () => {
  expect(toySerializer.write(aToy)).toBe(
    '{"id":"0198f0c4-1111-7abc-8def-0123456789ab","code":"TOY","name":"Ours \\"Léo\\"","type":"LARGE",' +
      '"unit_price":50000.00,"discount_rate":null,"part_count":3,"is_active":true,"tags":["bois","été"],' +
      '"parts":[{"size":1}],"launch_date":"2026-03-31","created_at":"2026-11-22T12:02:18.758Z"}',
  );
});

test('writes lists', () => {
  const listOf = (toys: (typeof aToy)[]): string => [...toySerializer.writeList(toys)].join('');

  expect(listOf([])).toBe('[]');
  expect(JSON.parse(listOf([aToy]))).toHaveLength(1);
  expect(JSON.parse(listOf([aToy, aToy]))).toHaveLength(2);
});

test('is the JSON of the row, whatever its text', () => {
  const serializer = restSerializer<{ text: string | null; id: string; list: string[]; json: unknown }>('Any', {
    text: named('the_text', nullable(text(''))),
    id: uuidInText(''),
    list: textList(''),
    json: json(''),
  });
  const row = fc.record({
    text: fc.option(fc.string({ unit: 'binary' })),
    id: fc.string({ unit: 'binary' }),
    list: fc.array(fc.string({ unit: 'binary' })),
    json: fc.jsonValue({ noUnicodeString: false }),
  });
  fc.assert(
    fc.property(row, ({ text, id, list, json }) => {
      expect(serializer.write({ text, id, list, json })).toBe(JSON.stringify({ the_text: text, id, list, json }));
    }),
  );
});

test('the schema lists the same members, all required, null where it may be', () => {
  const written = JSON.parse(toySerializer.write(aToy)) as object;
  expect(toySerializer.schema.required).toEqual(Object.keys(written));
  expect(toySerializer.schema).toMatchObject({
    additionalProperties: false,
    properties: {
      unit_price: { type: ['number', 'null'], description: 'Price.' },
      type: { type: 'string', enum: ['SMALL', 'LARGE'] },
      tags: { type: 'array', items: { type: 'string' } },
    },
  });
});
