/** Hostile text at every place that takes one: no fault of ours, and none of it in the log, the audit trail or a header. */
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { isUuid, newId } from '../../src/platform/values/ids.js';
import { as } from '../support/client.js';
import { AnyClient, sendBytes, type RawAnswer } from '../support/raw-client.js';
import type { TestTenant, TestUser } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { HARMFUL, HOSTILE_TEXTS, percentEncoded } from './surface/hostile-texts.js';
import { argumentTypes, positionsOf, rootFields, textFields, withText } from './surface/string-positions.js';
import { documentOf, GRAPHQL, pathOf, REST, ROUTES } from './surface/surface.js';
import { makeTarget, type Target } from './surface/target.js';

const TEXTS = Object.values(HOSTILE_TEXTS);
/** They end the session or change the password of whoever calls them. */
const ENDS_SESSION = /logout|changePassword|\/auth\/password/;

const lines: string[] = [];
const log = { write: (line: string) => void lines.push(line) };
const service = useOwnService({ LOG_LEVEL: 'info', TRUSTED_PROXIES: '127.0.0.1' }, { log });
let tenant: TestTenant;
let target: Target;
let client: AnyClient;

beforeAll(async () => {
  tenant = await service.aTenant();
  target = await makeTarget(service, tenant);
  client = new AnyClient(service.origin);
});

afterAll(() => {
  client.close();
});

beforeEach(() => {
  lines.length = 0;
});

afterEach(async () => {
  expect(lines.filter((line) => HARMFUL.test(line.replace(/\n$/, '')))).toEqual([]);
  expect(lines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
  const events = await service.ask<{ entity_id: string | null; texts: string }>(
    `SELECT entity_id, concat_ws(' ', action, entity_type, entity_id, request_id, ip_address, user_email, description) AS texts
     FROM audit_events WHERE tenant_id = $1`,
    [tenant.id],
  );
  expect(events.filter(({ texts }) => HARMFUL.test(texts))).toEqual([]);
  expect(
    events.map(({ entity_id }) => entity_id).filter((id) => id !== null && id !== tenant.id && !isUuid(id)),
  ).toEqual([]);
});

const identityOf = (user: TestUser | undefined): Record<string, string> =>
  user ? { authorization: `Bearer ${user.token}`, 'x-tenant-id': user.tenantId } : {};

async function send(method: string, path: string, user: TestUser | undefined, body?: unknown): Promise<RawAnswer> {
  const answer = await client.send({
    method,
    path,
    headers: { ...identityOf(user), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(Object.values(answer.headers).filter((value) => HARMFUL.test(value))).toEqual([]);
  return answer;
}

function codeOf({ status, text }: RawAnswer): string {
  return `${status} ${(JSON.parse(text === '' ? '{}' : text) as { code?: string }).code ?? ''}`.trim();
}

/** @param sent shown when it fails */
function expectNoFault(status: number, sent: object): void {
  if (status < 200 || status >= 500) throw new Error(`${status} for ${JSON.stringify(sent).slice(0, 500)}`);
}

/** The administrator stays signed in. */
function callerOf(operation: string): TestUser {
  return ENDS_SESSION.test(operation) ? tenant.manager : tenant.admin;
}

const WITH_ID = [...ROUTES.keys()].filter((name) => name.includes('{id}'));

/** Of a stranger, of a reader and of an administrator. */
function expectedOutcomes(id: string, isForbidden: boolean): readonly string[] {
  const unreadable = '400 MALFORMED_REQUEST';
  if (!id.isWellFormed()) return [unreadable, unreadable, unreadable];
  return ['401 UNAUTHENTICATED', isForbidden ? '403 FORBIDDEN' : '422 VALIDATION_FAILED', '422 VALIDATION_FAILED'];
}

describe('as the id in the path', () => {
  test.each(WITH_ID)('%s', async (name) => {
    const [method = '', path = ''] = name.split(' ');
    const body = method === 'GET' ? undefined : {};
    const unknown = path.replace('{id}', newId());
    const isForbidden = codeOf(await send(method, unknown, tenant.readonly, body)) === '403 FORBIDDEN';
    for (const [kind, text] of Object.entries(HOSTILE_TEXTS)) {
      const address = path.replace('{id}', percentEncoded(text));
      const outcomes = [];
      for (const user of [undefined, tenant.readonly, tenant.admin])
        outcomes.push(codeOf(await send(method, address, user, body)));

      expect([kind, ...outcomes]).toEqual([kind, ...expectedOutcomes(text, isForbidden)]);
    }
  });

  test('each 403 is an event without it', async () => {
    const stranger = await service.aTenant();
    await send('DELETE', `/v1/commercial/customers/${percentEncoded(HOSTILE_TEXTS.NUL ?? '')}`, stranger.readonly);
    await send('DELETE', `/v1/commercial/customers/${newId().toUpperCase()}`, stranger.readonly);
    await as(service, stranger.readonly).graphql(
      'mutation ($id: ID!) { deleteCustomer(id: $id) { customer { id } } }',
      {
        id: newId(),
      },
    );

    const events = await service.ask<{ entity_id: string | null }>(
      `SELECT entity_id FROM audit_events WHERE tenant_id = $1 AND action = 'access.denied' ORDER BY created_at, id`,
      [stranger.id],
    );
    const id = expect.stringMatching(/^[\da-f-]{36}$/) as unknown;
    expect(events.map(({ entity_id }) => entity_id)).toEqual([null, id, id]);
  });
});

/** Each field gets one of the texts in turn, and all fields together each of them. */
function* assignments(fields: readonly string[]): Generator<Record<string, string>> {
  for (const text of TEXTS) yield Object.fromEntries(fields.map((name) => [name, text]));
  for (const [at, name] of fields.entries()) {
    yield { [name]: TEXTS[at % TEXTS.length] ?? '' };
  }
}

function searchOf(fields: Readonly<Record<string, string>>): string {
  const parts = Object.entries(fields).map(([key, text]) => `${key}=${percentEncoded(text.slice(0, 1000))}`);
  return `?${parts.join('&').slice(0, 12_000)}`;
}

describe('in bodies and queries of REST', () => {
  test.each([...ROUTES].filter(([, { body, query }]) => body ?? query).map(([name]) => name))('%s', async (name) => {
    const { body, query } = ROUTES.get(name) ?? {};
    const [method = ''] = name.split(' ');
    const caller = callerOf(name);
    const base = await REST[name]?.body?.(target);
    for (const fields of assignments(textFields(body))) {
      const { status } = await send(method, pathOf(name, target), caller, { ...base, ...fields });
      expectNoFault(status, fields);
    }
    for (const fields of assignments(textFields(query))) {
      const { status } = await send(method, pathOf(name, target) + searchOf(fields), caller, body && base);
      expectNoFault(status, fields);
    }
  });
});

describe('in the variables of GraphQL', () => {
  let fields: ReturnType<typeof rootFields>;

  beforeAll(() => {
    fields = rootFields(buildGraphqlSchema());
  });

  test.each(Object.keys(GRAPHQL))('%s', async (name) => {
    const field = fields.get(name);
    if (!field) throw new Error(`no field ${name}`);
    const caller = callerOf(name);
    const document = documentOf(name, argumentTypes(field));
    const base = await GRAPHQL[name]?.variables?.(target);
    const positions = positionsOf(field);
    for (const [at, position] of positions.entries()) {
      const text = TEXTS[at % TEXTS.length] ?? '';
      const answer = await as(service, caller).graphql(document, withText(base, position, text) as object);
      const codes = codesOf(answer.body);
      expectNoFault(answer.status, { position, text, codes });
      expect(codes).not.toContain('INTERNAL');
    }
  });
});

function codesOf(body: unknown): readonly string[] {
  const { errors = [] } = body as { errors?: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
}

test('in headers', async () => {
  const names = [
    ...[
      'x-request-id',
      'accept-language',
      'x-tenant-id',
      'idempotency-key',
      'if-match',
      'x-forwarded-for',
      'forwarded',
    ],
    ...['accept', 'accept-encoding', 'origin', 'content-type', 'content-encoding', 'cookie', 'x-forwarded-proto'],
  ];
  const { token, tenantId } = tenant.readonly;
  for (const name of names) {
    for (const text of ['a\x1b[31m', 'a\x9b31m', '\xe2\x80\xae', 'a\tb', ', ,,', '"', 'x'.repeat(6000)]) {
      const bytes = [
        'DELETE /v1/commercial/customers/x HTTP/1.1',
        'Host: x',
        'Connection: close',
        `Authorization: Bearer ${token}`,
        ...(name === 'x-tenant-id' ? [] : [`X-Tenant-ID: ${tenantId}`]),
        `${name}: ${text}`,
        ...['', ''],
      ];
      const answer = await sendBytes(service.origin, bytes.join('\r\n'));
      expectNoFault(answer.status, { name, text });
      expect(Object.values(answer.headers).filter((value) => HARMFUL.test(value))).toEqual([]);
    }
  }
});
