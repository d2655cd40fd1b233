/** Clients of REST are generated from a released document: what it promises holds until the major version grows. */
import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { writeOpenApiText } from '../../../src/app/routes.js';
import { breakingChanges } from './breaking-changes.js';

type Document = Readonly<Record<string, unknown>> & { readonly info: { readonly version: string } };

/** What breaks no client that does not use what is new: only a service account has no address, and whoever makes none meets none. */
const DECIDED = [/^(?:GET \/v1\/auth\/me 200|\w+ \/v1\/users\S* 20[01])(?:\.items\[\])?\.email: may be null$/];

const majorOf = (version: string): number => Number(version.split('.')[0]);

test('the document keeps what the last released one promises, unless the major version grows', async () => {
  const released = JSON.parse(await readFile(new URL('released-openapi.json', import.meta.url), 'utf8')) as Document;
  const present = JSON.parse(writeOpenApiText()) as Document;

  const broken = breakingChanges(released, present).filter((change) => !DECIDED.some((known) => known.test(change)));

  if (broken.length > 0 && majorOf(present.info.version) <= majorOf(released.info.version)) {
    throw new Error(
      `Version ${present.info.version} breaks clients of ${released.info.version}. Keep what it had, deprecated, or raise the major version and run \`npm run schema:release\`.\n${broken.join('\n')}`,
    );
  }
});

/** A small document: one list with a filter, and one creation. */
const BEFORE = {
  paths: {
    '/toys': {
      get: {
        operationId: 'listToys',
        parameters: [
          { $ref: '#/components/parameters/Size' },
          { name: 'page', in: 'query', schema: { type: 'integer', maximum: 9, default: 1 } },
        ],
        responses: {
          200: {
            content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Toy' } } } },
          },
        },
      },
      post: {
        operationId: 'createToy',
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewToy' } } } },
        responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Toy' } } } } },
      },
    },
  },
  components: {
    parameters: { Size: { name: 'size', in: 'query', schema: { type: 'string', enum: ['S', 'L'] } } },
    schemas: {
      ErrorCode: { type: 'string', enum: ['NOT_FOUND', 'GONE'] },
      Toy: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          price: { type: ['number', 'null'] },
          size: { type: 'string', enum: ['S', 'L'] },
        },
        required: ['name', 'price'],
      },
      NewToy: {
        type: 'object',
        properties: {
          name: { type: 'string', maxLength: 9 },
          price: { type: ['number', 'string', 'null'], minimum: 0 },
        },
        required: ['name'],
      },
    },
  },
};

/** The text of the document with one part of it written otherwise. */
function changed(part: string, other: string): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(BEFORE);
  if (!text.includes(part)) throw new Error(`There is no ${part} in ${text}`);
  return JSON.parse(text.replace(part, other)) as Readonly<Record<string, unknown>>;
}

test.each([
  ['a path that is gone', '"/toys"', '"/playthings"', ['GET /toys: is gone', 'POST /toys: is gone']],
  ['an operation that is gone', '"post"', '"put"', ['POST /toys: is gone']],
  ['another name for generated clients', 'listToys', 'getToys', ['GET /toys: has another operationId']],
  ['a parameter that is gone', '"name":"size"', '"name":"length"', ['GET /toys: parameter query size is gone']],
  [
    'a parameter that is required now',
    '"in":"query","schema":{"type":"string"',
    '"in":"query","required":true,"schema":{"type":"string"',
    ['GET /toys: parameter query size is required'],
  ],
  [
    'a word that a parameter took',
    '"enum":["S","L"]}}',
    '"enum":["S"]}}',
    ['GET /toys: parameter query size: no longer takes L'],
  ],
  ['a narrower parameter', '"maximum":9', '"maximum":8', ['GET /toys: parameter query page: maximum is narrower']],
  [
    'a member that was read',
    '"properties":{"name":{"type":"string"},',
    '"properties":{',
    ['GET /toys 200[]: member name is gone', 'POST /toys 201: member name is gone'],
  ],
  [
    'a member that may be absent now',
    '["name","price"]',
    '["name"]',
    ['GET /toys 200[]: member price may be absent', 'POST /toys 201: member price may be absent'],
  ],
  [
    'a member that may be null now',
    '"name":{"type":"string"}',
    '"name":{"type":["string","null"]}',
    ['GET /toys 200[].name: may be null', 'POST /toys 201.name: may be null'],
  ],
  [
    'a word that is never read',
    '"enum":["S","L"]}},"required"',
    '"enum":["S"]}},"required"',
    ['GET /toys 200[].size: is never L', 'POST /toys 201.size: is never L'],
  ],
  [
    'a member that is required now',
    '"required":["name"]}',
    '"required":["name","price"]}',
    ['POST /toys: body: member price is required'],
  ],
  [
    'a narrower type',
    '["number","string","null"]',
    '["number","null"]',
    ['POST /toys: body.price: no longer takes string'],
  ],
  ['another default', '"default":1', '"default":2', ['GET /toys: parameter query page: has another default']],
  ['a default that is gone', ',"default":1', '', ['GET /toys: parameter query page: has another default']],
  ['an error code that is gone', '"GONE"', '"LOST"', ['ErrorCode: is never GONE']],
  ['a shorter text', '"maxLength":9', '"maxLength":8', ['POST /toys: body.name: maxLength is narrower']],
  ['a pattern', '"maxLength":9', '"maxLength":9,"pattern":"^a"', ['POST /toys: body.name: has another pattern']],
  [
    'a body that is required now',
    '"requestBody":{',
    '"requestBody":{"required":true,',
    ['POST /toys: the body is required'],
  ],
  ['another status', '"201"', '"200"', ['POST /toys: no longer answers 201']],
  [
    'another media type',
    '"requestBody":{"content":{"application/json"',
    '"requestBody":{"content":{"text/csv"',
    ['POST /toys: body: application/json is gone'],
  ],
])('the comparison tells of %s', (_, part, other, found) => {
  expect(breakingChanges(BEFORE, changed(part, other))).toEqual(found);
});

test.each([
  ['"maximum":9', '"maximum":10'],
  ['"enum":["S","L"]}}', '"enum":["S","M","L"]}}'],
  ['"required":["name"]}', '"required":[]}'],
  ['"price":{"type":["number","null"]}', '"price":{"type":"integer"},"colour":{"type":"string"}'],
  ['"name":"page","in":"query"', '"name":"page","in":"query","description":"Page."'],
  ['"maxLength":9', '"maxLength":12'],
  ['"GONE"', '"GONE","LOST"'],
])('the comparison lets a document grow: %s → %s', (part, other) => {
  expect(breakingChanges(BEFORE, changed(part, other))).toEqual([]);
});
