import { request as httpRequest } from 'node:http';
import { isNonNullType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { expectUntouched, startCompanies, type Companies } from './companies.js';
import { documentOf, GRAPHQL, pathOf, REST } from '../contract/surface/surface.js';

let companies: Companies;
let schema: GraphQLSchema;

beforeAll(async () => {
  companies = await startCompanies();
  schema = buildGraphqlSchema();
});

afterAll(() => companies.service.close());

const SIGNED_IN_ROUTES = Object.keys(REST).filter((name) => REST[name]?.needs !== 'open');

function fieldsOf(typeName: 'Query' | 'Mutation'): GraphQLField<unknown, unknown>[] {
  const type = schema.getType(typeName);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

interface RawAnswer {
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
}

/** Sends headers exactly as given: twice, empty, in any case. */
function sendRaw(
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string | string[]>,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(companies.service.origin + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        const parsed = JSON.parse(text === '' ? '{}' : text) as {
          code?: string;
          errors?: { extensions: { code: string } }[];
        };
        const code = parsed.code ?? parsed.errors?.[0]?.extensions.code ?? '';
        resolve({ status: response.statusCode ?? 0, code, requestId: String(response.headers['x-request-id']) });
      });
    });
    sent.on('error', reject).end(body);
  });
}

type Game = readonly [name: string, header: () => string | string[] | undefined, status: number, code: string];

const GAMES: readonly Game[] = [
  ['no X-Tenant-ID', () => undefined, 401, 'TENANT_HEADER_REQUIRED'],
  ['an empty one', () => '', 401, 'TENANT_HEADER_REQUIRED'],
  ['its own twice', () => [companies.caller.id, companies.caller.id], 400, 'TENANT_HEADER_INVALID'],
  ['its own and another', () => [companies.caller.id, companies.victim.id], 400, 'TENANT_HEADER_INVALID'],
  ['a list in one', () => `${companies.caller.id}, ${companies.victim.id}`, 400, 'TENANT_HEADER_INVALID'],
  ['its own in another case', () => companies.caller.id.toUpperCase(), 403, 'TENANT_MISMATCH'],
  ['that of another tenant', () => companies.victim.id, 403, 'TENANT_MISMATCH'],
  ['one that nobody has', () => 't-000000000000', 403, 'TENANT_MISMATCH'],
];

/** Every door that a signed-in caller comes through: the routes, and one document per root field. */
function doors(): (readonly [name: string, method: string, path: string, body: string | undefined])[] {
  const routes = SIGNED_IN_ROUTES.map((name) => {
    const method = name.split(' ')[0] ?? '';
    return [name, method, pathOf(name, companies.foreign), method === 'GET' ? undefined : '{}'] as const;
  });
  const fields = (['Query', 'Mutation'] as const).flatMap(fieldsOfName).map((name) => {
    const [root = '', field = ''] = name.split('.');
    const args = fieldsOf(root === 'Query' ? 'Query' : 'Mutation').find((one) => one.name === field)?.args ?? [];
    const required = args.filter((arg) => isNonNullType(arg.type));
    const query = documentOf(name, Object.fromEntries(required.map((arg) => [arg.name, String(arg.type)])));
    return [
      name,
      'POST',
      '/graphql',
      JSON.stringify({ query, variables: { id: companies.foreign.customerId, input: {} } }),
    ] as const;
  });
  return [...routes, ...fields];
}

function fieldsOfName(typeName: 'Query' | 'Mutation'): string[] {
  return fieldsOf(typeName)
    .map((field) => `${typeName}.${field.name}`)
    .filter((name) => GRAPHQL[name] !== undefined && GRAPHQL[name].needs !== 'open');
}

describe('a caller with a token of one tenant who names', () => {
  test.each(GAMES)('%s is rejected at every door', async (_game, header, status, code) => {
    const { service, caller } = companies;
    for (const [name, method, path, body] of doors()) {
      const value = header();
      const answer = await sendRaw(method, path, body, {
        authorization: `Bearer ${caller.admin.token}`,
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(body.length) }),
        ...(value !== undefined && { 'x-tenant-id': value }),
      });
      companies.attempts += 1;
      const events = await service.ask<{ tenant_id: string; action: string }>(
        'SELECT tenant_id, action FROM audit_events WHERE request_id = $1',
        [answer.requestId],
      );

      expect([name, answer.status, answer.code]).toEqual([name, status, code]);
      expect([name, events]).toEqual([
        name,
        code === 'TENANT_MISMATCH' ? [{ tenant_id: caller.id, action: 'access.tenant_mismatch' }] : [],
      ]);
    }
  });
});

test('after all of it the other tenant’s rows are what they were, byte for byte', () =>
  expectUntouched(companies, 600));
