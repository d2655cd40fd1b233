/** Routes as they run, and the OpenAPI 3.1 document that is made of the same descriptions. */
import { ERROR_CATALOGUE } from '../../../src/platform/errors/errors.js';
import type { JsonSchema } from '../../../src/platform/values/json-schema.js';
import { joinJson, type JsonText } from '../../../src/platform/rest/json-text.js';
import { buildOpenApiDocument } from '../../../src/platform/rest/openapi.js';
import { defineRestRoute, errorsOf, fastifyPath, type RestRequest } from '../../../src/platform/rest/routes.js';
import { aToy, CreateToy, ToyQuery, toySerializer, UpdateToy, type ToyRow } from '../input/toy.js';

interface Ctx {
  readonly userId: string;
}

const common = { tags: ['toys'], summary: 'A toy.', description: 'Of wood.' };
const record = { type: 'record', serializer: toySerializer } as const;

const listToys = defineRestRoute({
  ...common,
  method: 'GET',
  path: '/v1/toys',
  operationId: 'listToys',
  query: ToyQuery,
  response: { type: 'page', serializer: toySerializer },
  handle: (_ctx: Ctx, { query }) => Promise.resolve({ status: 200, json: JSON.stringify(query) }),
});
const createToy = defineRestRoute({
  ...common,
  method: 'POST',
  path: '/v1/toys',
  operationId: 'createToy',
  body: CreateToy,
  aliases: { toy_type: 'type' },
  returned: toySerializer,
  response: record,
  status: 201,
  errors: ['DUPLICATE'],
  handle: (_ctx: Ctx, { body }) => Promise.resolve({ status: 201, json: JSON.stringify(body) }),
});
const updateToy = defineRestRoute({
  ...common,
  method: 'PUT',
  path: '/v1/toys/{id}',
  operationId: 'updateToy',
  body: UpdateToy,
  returned: toySerializer,
  response: record,
  versioned: true,
  errors: ['NOT_FOUND'],
  handle: (ctx: Ctx, { params, body, rejectChangedReadOnly }: RestRequest<UpdateToy, object, ToyRow>) => {
    rejectChangedReadOnly(aToy);
    return Promise.resolve({ status: 200, json: JSON.stringify({ params, body, userId: ctx.userId }) });
  },
});
const restoreToy = defineRestRoute({
  ...common,
  method: 'POST',
  path: '/v1/toys/{id}/restore',
  operationId: 'restoreToy',
  response: { type: 'none' },
  handle: () => Promise.resolve({ status: 204 }),
});
const exportToys = defineRestRoute({
  ...common,
  method: 'GET',
  path: '/v1/export/toys',
  operationId: 'exportToys',
  response: { type: 'csv' },
  handle: () => Promise.resolve({ status: 200 }),
});
const login = defineRestRoute({
  ...common,
  method: 'POST',
  path: '/v1/login',
  operationId: 'login',
  public: true,
  notIdempotent: true,
  body: ToyQuery,
  bodyOptional: true,
  response: { type: 'json', schema: { type: 'object' } },
  handle: () => Promise.resolve({ status: 200 }),
});
const routes = [listToys, createToy, updateToy, restoreToy, exportToys];

const ctx: Ctx = { userId: 'u' };
const whenLeft = (): AbortSignal => new AbortController().signal;
const raw = { url: '/', params: {}, query: {}, body: undefined, headers: {}, whenLeft };
const rejected = (...fields: [string, string][]): object => ({
  code: 'VALIDATION_FAILED',
  fields: fields.map(([name, code]) => expect.objectContaining({ path: [name], code }) as unknown),
});

async function written(json: JsonText): Promise<unknown> {
  const text = await joinJson(json, 1000);
  return typeof text === 'string' ? JSON.parse(text) : undefined;
}

describe('a route', () => {
  test('hands its handler what it read', async () => {
    const { json = '' } = await createToy.run(ctx, { ...raw, body: { name: 'Ours', toy_type: 'LARGE' } });
    expect(await written(json)).toEqual({ name: 'Ours', type: 'LARGE' });
    const updated = await updateToy.run(ctx, {
      ...raw,
      params: { id: aToy.id.toUpperCase() },
      body: { id: aToy.id, label: '' },
    });
    expect(await written(updated.json ?? '')).toEqual({
      params: { id: aToy.id },
      body: { label: null },
      userId: 'u',
    });
    const listed = await listToys.run(ctx, { ...raw, query: { page: '2' } });
    expect(listed.json).toBe('{"page":2}');
  });

  test('rejects a malformed id, members it does not take, and changed read-only ones', async () => {
    const put = { ...raw, params: { id: aToy.id } };
    await expect(updateToy.run(ctx, { ...put, params: { id: '7' }, body: {} })).rejects.toMatchObject(
      rejected(['id', 'INVALID_UUID']),
    );
    await expect(
      updateToy.run(ctx, { ...put, body: { code: 'TOO', part_count: 4, created_at: 'x' } }),
    ).rejects.toMatchObject(rejected(['created_at', 'READ_ONLY']));
    await expect(createToy.run(ctx, { ...raw, body: { name: 'Ours', id: aToy.id } })).rejects.toMatchObject(
      rejected(['id', 'READ_ONLY']),
    );
    await expect(exportToys.run(ctx, { ...raw, query: { page: '1' } })).rejects.toMatchObject(
      rejected(['page', 'UNKNOWN_MEMBER']),
    );
    await expect(createToy.run(ctx, raw)).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  test('without members takes no body or an empty one', async () => {
    const sent = { ...raw, params: { id: aToy.id } };
    for (const body of [undefined, null, {}])
      await expect(restoreToy.run(ctx, { ...sent, body })).resolves.toEqual({ status: 204 });
    await expect(restoreToy.run(ctx, { ...sent, body: { x: 1 } })).rejects.toMatchObject(
      rejected(['x', 'UNKNOWN_MEMBER']),
    );
    await expect(login.run(ctx, raw)).resolves.toEqual({ status: 200 });
  });

  test('has its path in the words of Fastify', () => {
    expect(fastifyPath('/v1/toys/{id}/parts/{part_id}')).toBe('/v1/toys/:id/parts/:part_id');
  });
});

const INFO = {
  title: 'Toys',
  version: '1',
  description: 'Toys.',
  contact: { name: 'Us' },
  license: { name: 'MIT', identifier: 'MIT' },
};

describe('the document', () => {
  const document = buildOpenApiDocument([...routes, login], INFO, { toys: 'All toys.' });
  const everything = JSON.stringify(document);
  const operation = (method: string, path: string): JsonSchema => document.paths[path]?.[method] ?? {};

  test('names every route once, with unique operation ids', () => {
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(listed.sort()).toEqual(
      [...routes, login].map((route) => `${route.method.toLowerCase()} ${route.path}`).sort(),
    );
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('every reference leads somewhere', () => {
    const references = [...everything.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBe(everything.split('"$ref"').length - 1);
    for (const [, group = '', name = ''] of references) expect(document.components[group]).toHaveProperty(name);
  });

  test('is free of words of OpenAPI 3.0 and of our own camelCase', () => {
    for (const word of [
      '"nullable"',
      '"example"',
      'exclusiveMinimum":true',
      'unitPrice',
      'dateFrom',
      '"type":"null"',
      'undefined',
    ]) {
      expect(everything).not.toContain(word);
    }
  });

  test('every error of the catalogue is in the code enum, every status of a route has a problem', () => {
    expect(document.components.schemas?.ErrorCode?.enum).toEqual(Object.keys(ERROR_CATALOGUE));
    const responses = operation('put', '/v1/toys/{id}').responses as Record<string, { description: string }>;
    const statuses = new Set(errorsOf(updateToy).map((code) => String(ERROR_CATALOGUE[code].status)));
    expect(new Set(Object.keys(responses))).toEqual(new Set(['200', ...statuses]));
    expect(responses['412']?.description).toContain('VERSION_CONFLICT');
    expect(operation('post', '/v1/login').responses).not.toHaveProperty('403');
  });

  test('bodies say what the validator does', () => {
    const { CreateToy: create, UpdateToy: update } = document.components.schemas ?? {};
    expect(create).toMatchObject({
      required: ['name'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 2, maxLength: 20, description: 'Name.' },
        unit_price: { type: ['number', 'string', 'null'], minimum: 0, pattern: '^\\d{1,13}(\\.\\d{1,2})?$' },
        type: { type: 'string', enum: ['SMALL', 'LARGE'], default: 'SMALL' },
        toy_type: { enum: ['SMALL', 'LARGE'], deprecated: true },
        tags: { type: ['array', 'null'], maxItems: 3, items: { type: 'string', maxLength: 4 } },
        part_count: { type: ['integer', 'string', 'null'], pattern: '^\\d{1,9}$', minimum: 0, maximum: 2_147_483_647 },
        email: { type: ['string', 'null'], format: 'email' },
        country_code: { type: 'string', default: 'FR' },
      },
    });
    expect(create).not.toHaveProperty('properties.toy_type.default');
    expect(create).not.toHaveProperty('properties.id');
    // An update takes back what a GET gave, and an absent field has no default.
    const sentBack = { description: expect.stringContaining('may be sent back') as unknown };
    expect(update).toMatchObject({ properties: { id: sentBack, created_at: sentBack } });
    expect(JSON.stringify(update)).not.toContain('readOnly');
    expect(JSON.stringify(update)).not.toContain('"default"');
  });

  test('parameters, headers and security follow from the route', () => {
    const put = operation('put', '/v1/toys/{id}');
    expect(put.security).toEqual([{ bearer: [], tenant: [] }]);
    expect(put.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      { $ref: '#/components/parameters/TenantId' },
      { $ref: '#/components/parameters/OnBehalfOf' },
      { $ref: '#/components/parameters/IfMatch' },
      { $ref: '#/components/parameters/DryRun' },
      { $ref: '#/components/parameters/IdempotencyKey' },
    ]);
    expect(operation('post', '/v1/login')).toMatchObject({ security: [], requestBody: { required: false } });
    const list = operation('get', '/v1/toys');
    expect(list.parameters).toContainEqual({
      name: 'page',
      in: 'query',
      description: 'Page.',
      schema: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    });
    expect(list.responses).toHaveProperty(['200', 'headers', 'Link']);
    const file = { headers: { Link: expect.any(Object) as unknown, 'X-Total-Rows': expect.any(Object) as unknown } };
    expect(operation('get', '/v1/export/toys').responses).toMatchObject({ 200: file });
    expect(operation('post', '/v1/toys').responses).toHaveProperty(['201', 'headers', 'Location']);
    expect(operation('post', '/v1/toys/{id}/restore').responses).not.toHaveProperty(['204', 'content']);
  });
});
