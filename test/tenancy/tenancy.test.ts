import { inputPlanOf, type InputClass, type PlannedField } from '../../src/platform/input/input-plan.js';
import { IS_UUID } from '../../src/platform/input/rules.js';
import type { RestRouteDescription } from '../../src/platform/rest/routes.js';
import type { RestSerializer } from '../../src/platform/rest/serializer.js';
import { as, type Answer } from '../support/client.js';
import {
  askerOf,
  comparable,
  expectSameAnswers,
  expectUntouched,
  startCompanies,
  type Companies,
} from './companies.js';
import { callRoute, REST, ROUTES } from '../contract/surface/surface.js';
import { idsOf, namesOf, type Target } from '../contract/surface/target.js';

let companies: Companies;

beforeAll(async () => {
  companies = await startCompanies();
});

afterAll(() => companies.service.close());

const WITH_ID = Object.keys(REST).filter((name) => REST[name]?.id);
const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;

const WAYS: readonly (readonly [way: string, sent: object])[] = [
  ['as it is', {}],
  ['with If-Match', { headers: { 'if-match': '"1"' } }],
  ['with an Idempotency-Key', { headers: { 'idempotency-key': 'same-for-both' } }],
  ['with a parameter that is not known', { query: '?tenant_id=other' }],
];

describe('a record of another tenant in a path is an unknown record', () => {
  const rows = WITH_ID.flatMap((name) => ROLES.map((role) => [name, role] as const));

  test.each(rows)('%s, for %s, however it is sent', async (name, role) => {
    for (const [, sent] of WAYS) {
      await expectSameAnswers(companies, (target) =>
        callRoute(companies.service, name, companies.caller[role], target, {
          ...sent,
          // Each key once: a second request under it would be another one.
          ...('headers' in sent &&
            'idempotency-key' in (sent.headers as object) && {
              headers: { 'idempotency-key': idsOf(target).join().slice(0, 200) },
            }),
        }),
      );
    }
  });
});

type IdOf = (target: Target) => string;

/** What another tenant has that could stand in a field of this name. */
const FOREIGN_IDS: Readonly<Record<string, readonly IdOf[]>> = {
  customer_id: [(t) => t.customerId, (t) => t.deletedId],
  contact_id: [(t) => t.contactId, (t) => t.deletedContactId],
  opportunity_id: [(t) => t.opportunityId, (t) => t.deletedOpportunityId],
  assigned_to: [(t) => t.userId],
  user_id: [(t) => t.userId],
  created_by: [(t) => t.userId],
};

/** @throws for a field that holds the id of nothing known */
function foreignIdsOf(field: string): readonly IdOf[] {
  const ids = FOREIGN_IDS[field];
  if (!ids) throw new Error(`Whose id stands in ${field}?`);
  return ids;
}

const isReference = (field: PlannedField): boolean => field.rules.includes(IS_UUID);

/** Fields of a class that hold the id of another record. */
function referencesOf(Class: InputClass<object> | undefined): string[] {
  return Class ? [...inputPlanOf(Class).byName.values()].filter(isReference).map(({ restName }) => restName) : [];
}

/** Fields of the record that a change may repeat and not alter: other ids in them are rejected, whoever has them. */
function readOnlyReferencesOf({ method, body, returned }: RestRouteDescription): string[] {
  if (!body || !returned || method === 'POST') return [];
  const taken = inputPlanOf(body).byRestName;
  const { fields } = returned as RestSerializer<object>;
  return fields
    .filter(({ name, type }) => type === 'uuid' && name !== 'id' && !taken.has(name))
    .map(({ name }) => name);
}

describe('a record of another tenant in a body is an unknown record', () => {
  const rows = [...ROUTES].flatMap(([name, route]) =>
    [...referencesOf(route.body), ...readOnlyReferencesOf(route)].map((field) => [name, field] as const),
  );

  test('in more than no place', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  test.each(rows)('%s, %s', async (name, field) => {
    const { service, caller, own } = companies;
    for (const idOf of foreignIdsOf(field)) {
      const base = await REST[name]?.body?.(own);
      await expectSameAnswers(companies, (target) =>
        callRoute(service, name, caller.admin, own, { body: { ...base, [field]: idOf(target) } }),
      );
    }
  });
});

const TEXTS = [0, 1, 2, 3, 4, 5].map((index) => (target: Target) => namesOf(target)[index] ?? '');

describe('what another tenant has, in a query, finds what nobody has', () => {
  const rows = [...ROUTES].flatMap(([name, { query }]) => [
    ...referencesOf(query).flatMap((field) => foreignIdsOf(field).map((idOf) => [name, field, idOf] as const)),
    ...['search', 'search_text', 'entity_id']
      .filter((field) => query && inputPlanOf(query).byRestName.has(field))
      .flatMap((field) => [...TEXTS, (t: Target) => t.customerId].map((valueOf) => [name, field, valueOf] as const)),
  ]);

  test('in more than no place', () => {
    expect(rows.length).toBeGreaterThan(60);
  });

  test.each(rows)('%s, %s', (name, field, valueOf) => {
    const { service, own } = companies;
    return expectSameAnswers(companies, (target) =>
      callRoute(service, name, askerOf(companies, name).admin, own, {
        query: `?${field}=${encodeURIComponent(valueOf(target))}`,
      }),
    );
  });

  const takes = ({ query }: RestRouteDescription, parameter: string): boolean =>
    query !== undefined && inputPlanOf(query).byRestName.has(parameter);
  // A file tells its cursor where there is another one: export-parts.test.ts.
  const WITH_CURSOR = [...ROUTES].filter(([, route]) => takes(route, 'cursor') && route.response.type !== 'csv');

  test.each(WITH_CURSOR)('%s, cursor', async (name, route) => {
    const { service, caller, victim, own, foreign } = companies;
    const first = await callRoute(service, name, victim.admin, foreign, {
      query: takes(route, 'page') ? '?page=1&page_size=1' : '?page_size=1',
    });
    const cursor = (first.body as { next_cursor: string | null }).next_cursor;
    const garbage = Buffer.from(JSON.stringify(['x'.repeat(16), 'a', foreign.customerId])).toString('base64url');
    const ask = (text: string): Promise<Answer> =>
      callRoute(service, name, caller.admin, own, { query: `?cursor=${text}` });
    companies.attempts += 1;

    const answer = await ask(cursor ?? '-');

    expect(cursor).toEqual(expect.any(String));
    expect(answer.body).toMatchObject({ code: 'INVALID_CURSOR' });
    expect(comparable(answer, [])).toBe(comparable(await ask(garbage), []));
  });

  test('all lists that go on by cursor', () => {
    expect(WITH_CURSOR.length).toBeGreaterThanOrEqual(5);
  });
});

test('an export has rows of its own tenant only', async () => {
  const { service, caller, own, foreign } = companies;
  const exports = [...ROUTES.keys()].filter((name) => name.startsWith('GET /v1/commercial/export/'));
  for (const name of exports) {
    const { status, text } = await callRoute(service, name, caller.admin, own);
    companies.attempts += 1;

    expect([name, status]).toEqual([name, 200]);
    expect([name, idsOf(own).some((id) => text.includes(id))]).toEqual([name, true]);
    expect([name, idsOf(foreign).filter((id) => text.includes(id))]).toEqual([name, []]);
  }
  expect(exports).toHaveLength(4);
  expect((await as(service).get('/v1/commercial/export/customers')).status).toBe(401);
});

test('after all of it the other tenant’s rows are what they were, byte for byte', () =>
  expectUntouched(companies, 600));
