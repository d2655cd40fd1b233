import { readFile } from 'node:fs/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { ERROR_CATALOGUE } from '../../src/platform/errors/errors.js';
import { newId } from '../../src/platform/values/ids.js';
import { callRoute, REST, ROUTES, type Sent } from './surface/surface.js';
import { makeTarget, nobody, type Target } from './surface/target.js';
import { as, type Answer } from '../support/client.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

type Content = Readonly<Record<string, { readonly schema: object } | undefined>>;

interface Body {
  readonly schema: object;
  readonly example?: object;
}

interface Info {
  readonly version: string;
}

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly $ref?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Body>> };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Document {
  readonly info: Info;
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

function bodyOf(operation: Operation | undefined): Body | undefined {
  return operation?.requestBody?.content['application/json'];
}

const service = useOwnService();
let tenant: TestTenant;
let document: Document;
let validator: FastifyInstance;

beforeAll(async () => {
  tenant = await service.aTenant();
  document = (await as(service).get('/v1/openapi.json')).body as Document;
  validator = startValidator();
  await validator.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await validator.close();
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Routes below /v1 that tell about the API and are no part of it. */
const PAGES = /^\/v1\/(?:openapi\.json|docs(?:\/.*)?)$/;

/** Every address that the server has a route for, as OpenAPI writes it. */
function registeredPaths(): string[] {
  const lines = service.app.printRoutes({ commonPrefix: false, includeHooks: false }).split('\n');
  const paths: string[] = [];
  const parents: string[] = [];
  for (const line of lines) {
    const [, indent = '', part = ''] = /^([│├└─\s]*)(\S+)/.exec(line) ?? [];
    if (part === '') continue;
    const depth = Math.floor(indent.length / 4);
    parents.length = depth;
    parents.push(part);
    if (line.includes('(')) paths.push(parents.join(''));
  }
  return [...new Set(paths)].map((path) => path.replace(/:(\w+)/g, '{$1}'));
}

describe('the OpenAPI document', () => {
  test('has every path that the server has below /v1, and no other', () => {
    const served = registeredPaths().filter((path) => path.startsWith('/v1/') && !PAGES.test(path));

    expect(served.sort()).toEqual(Object.keys(document.paths).sort());
    expect(served.length).toBeGreaterThan(10);
  });

  test('has every method that a path takes, and no other', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of METHODS) {
        // Text is no JSON: a route that exists rejects it before it does anything, with 403 or 415.
        const body = method === 'GET' ? undefined : 'text';
        const address = path.replace('{id}', newId());
        const { status } = await as(service, tenant.readonly).request(method, address, body, {
          'content-type': 'text/plain',
        });

        expect([method, path, status !== 405]).toEqual([method, path, operations[method.toLowerCase()] !== undefined]);
      }
    }
  });

  test('has the methods that OPTIONS names', async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const { headers } = await as(service).request('OPTIONS', path.replace('{id}', newId()));
      const methods = Object.keys(operations).map((method) => method.toUpperCase());
      const more = methods.includes('GET') ? ['HEAD', 'OPTIONS'] : ['OPTIONS'];

      expect([path, headers.get('allow')]).toEqual([path, [...methods, ...more].sort().join(', ')]);
    }
  });

  test('has a name of its own for each operation, and every route of the list', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const names = operations.map((operation) => Reflect.get(operation, 'operationId') as string);

    expect(new Set(names).size).toBe(names.length);
    expect(names.sort()).toEqual([...ROUTES.values()].map(({ operationId }) => operationId).sort());
  });

  test('describes every operation and tag, where it is served, and which version it is', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as Info;
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

    expect(operations.filter(({ summary, description }) => !summary || !description)).toEqual([]);
    expect(document.tags.filter(({ name, description }) => description === name)).toEqual([]);
    expect(document.servers).toEqual([{ url: '/', description: 'This service.' }]);
    expect(document.info.version).toBe(version);
  });

  test('takes the tenant as a parameter wherever a caller needs one, and at sign-in', () => {
    const without = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.values(operations)
        .filter(({ parameters = [] }) => !parameters.some(({ $ref }) => $ref === '#/components/parameters/TenantId'))
        .map(() => path),
    );

    expect(without).toEqual(['/v1/auth/refresh']);
  });

  test('has an example for every body that its schema allows', async () => {
    const bodies = Object.values(document.paths).flatMap((path) => Object.values(path).map(bodyOf));

    for (const body of bodies.filter((one) => one !== undefined)) {
      expect([body.schema, await problemsOf(body.schema, body.example)]).toEqual([body.schema, []]);
    }
    expect(bodies.filter((one) => one?.example !== undefined).length).toBeGreaterThan(15);
  });

  test('has examples that can be tried: they make a record and change it', async () => {
    const admin = as(service, tenant.admin);
    const { id: customer_id } = (await admin.post('/v1/commercial/customers', { name: 'Acme' })).body as { id: string };
    for (const many of ['customers', 'contacts', 'opportunities', 'activities']) {
      const path = `/v1/commercial/${many}`;
      const { example } = bodyOf(document.paths[path]?.post) ?? {};
      const created = await admin.post(path, { ...example, ...(many === 'customers' ? {} : { customer_id }) });
      const { id } = created.body as { id: string };
      const changed = await admin.put(`${path}/${id}`, bodyOf(document.paths[`${path}/{id}`]?.put)?.example);

      expect([many, created.status, changed.status]).toEqual([many, 201, 200]);
    }
  });

  test('allows what is taken, and requires what is required', async () => {
    const schemaOf = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
    const id = newId();
    const call = { customer_id: id, subject: 'Appel' };

    expect(await problemsOf(schemaOf('CreateActivityInput'), { ...call, activity_type: 'CALL' })).toEqual([]);
    expect(await problemsOf(schemaOf('CreateActivityInput'), { ...call, type: 'CALL' })).toEqual([]);
    expect(await problemsOf(schemaOf('CreateActivityInput'), call)).not.toEqual([]);
    for (const amount of ['-1', -1, '1.234', '1e3', 1e15])
      expect(await problemsOf(schemaOf('UpdateOpportunityInput'), { amount })).not.toEqual([]);
    for (const discount_rate of ['100.00', 33.33, '7'])
      expect(await problemsOf(schemaOf('UpdateCustomerInput'), { discount_rate })).toEqual([]);
    expect(await problemsOf(schemaOf('UpdateCustomerInput'), { discount_rate: '100.01' })).not.toEqual([]);
    expect(await problemsOf(schemaOf('CreateCustomerInput'), { name: ' ' })).not.toEqual([]);
    expect(
      await problemsOf(schemaOf('UpdateOpportunityInput'), { products: [{ a: null }, [], 'b', 1.5, true] }),
    ).toEqual([]);
    expect(await problemsOf(schemaOf('UpdateOpportunityInput'), { products: [null] })).not.toEqual([]);
  });

  test('allows to send a whole record back as it was read', async () => {
    const admin = as(service, tenant.admin);
    const body: unknown = (await admin.post('/v1/commercial/customers', { name: 'Acme' })).body;

    expect(await problemsOf({ $ref: '#/components/schemas/UpdateCustomerInput' }, body)).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('"readOnly"');
  });

  test('gives an alias no default of its own', () => {
    const aliases = [...JSON.stringify(document).matchAll(/\{[^{}]*"deprecated":true[^{}]*\}/g)].map(([text]) => text);

    expect(aliases.length).toBeGreaterThan(4);
    expect(aliases.filter((text) => text.includes('"default"'))).toEqual([]);
  });

  test('documents only errors of the catalogue, each under its status', () => {
    const known = new Map<string, number>(Object.entries(ERROR_CATALOGUE).map(([code, { status }]) => [code, status]));
    const wrong = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.values(operations).flatMap(({ responses }) =>
        Object.entries(responses)
          .filter(([status]) => Number(status) >= 400)
          .flatMap(([status, response]) => codesOf(response).filter((code) => known.get(code) !== Number(status)))
          .map((code) => `${path}: ${code}`),
      ),
    );

    expect(wrong).toEqual([]);
  });
});

/** The codes that a documented error lists. */
function codesOf(response: Operation['responses'][string]): string[] {
  return [...JSON.stringify(response.content).matchAll(/"enum":(\[[^\]]*\])/g)].flatMap(
    ([, list = '[]']) => JSON.parse(list) as string[],
  );
}

/** Fastify's own validator, told not to mend anything. */
function startValidator(): FastifyInstance {
  const customOptions = {
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allErrors: true,
    strict: false,
  } as const;
  const app = Fastify({ ajv: { customOptions } });
  app.post('/', (request, reply) => {
    const { schema, value } = request.body as { readonly schema: object; readonly value: unknown };
    const validate = request.compileValidationSchema({ ...schema, components: document.components });
    return reply.send(validate(value) ? [] : validate.errors);
  });
  return app;
}

/** @returns what of a value breaks the schema */
async function problemsOf(schema: object, value: unknown): Promise<unknown> {
  const answer = await as({ origin: validator.listeningOrigin }).post('/', { schema, value });
  return answer.body as unknown;
}

/** The answer's status is documented, and its body is what is documented for it. */
async function expectDocumented(name: string, answer: Answer): Promise<void> {
  const [method, path] = name.split(' ') as [string, string];
  const response = document.paths[path]?.[method.toLowerCase()]?.responses[String(answer.status)];
  if (!response) throw new Error(`${name} answered ${answer.status}, which is not documented: ${answer.text}`);
  if (response.content) await expectContent(name, answer, response.content);
  else expect(answer.text).toBe('');
}

async function expectContent(name: string, answer: Answer, content: Content): Promise<void> {
  const type = String(answer.headers.get('content-type')).replace(/;.*/, '');
  const documented = content[type];
  if (!documented) throw new Error(`${name} answered ${answer.status} as ${type}, which is not documented.`);
  expect([name, await problemsOf(documented.schema, answer.body ?? answer.text)]).toEqual([name, []]);
}

/** Ways to be rejected; each route is sent all that can reach it. */
const REJECTIONS: readonly (readonly [way: string, sent: Sent])[] = [
  ['no JSON', { body: '{', headers: { 'content-type': 'application/json' } }],
  ['another media type', { body: 'text', headers: { 'content-type': 'text/plain' } }],
  ['an unknown member', { body: { nonsense: 1 } }],
  ['an unknown parameter', { query: '?nonsense=1' }],
  ['a stale version', { headers: { 'if-match': '"999"' } }],
];

describe.each(Object.keys(REST))('%s answers as documented', (name) => {
  const ask = (caller: keyof TestTenant | undefined, target: Target, sent?: Sent): Promise<Answer> =>
    callRoute(service, name, caller === undefined || caller === 'id' ? undefined : tenant[caller], target, sent);
  const isRead = name.startsWith('GET');

  test('what it is for', async () => {
    tenant = await service.aTenant();

    await expectDocumented(name, await ask('admin', await makeTarget(service, tenant)));
  });

  test('to those whom it rejects', async () => {
    tenant = await service.aTenant();
    const target = await makeTarget(service, tenant);

    if (REST[name]?.needs !== 'open') await expectDocumented(name, await ask(undefined, target));
    await expectDocumented(name, await ask('manager', nobody(target)));
  });

  test.each(REJECTIONS.filter(([, { body }]) => body === undefined || !isRead))('to %s', async (_way, sent) => {
    tenant = await service.aTenant();

    await expectDocumented(name, await ask('admin', await makeTarget(service, tenant), sent));
  });
});
