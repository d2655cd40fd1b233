import { newId } from '../../../src/platform/values/ids.js';
import { aCustomer, addressOf, EXPORT, outcomeOf, wrongFieldsOf } from '../../crm/customer/customer-support.js';
import { as } from '../../support/client.js';
import { PASSWORD, type TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { actionsIn, anEvent, logIn, LOGS } from './log-support.js';

const service = useOwnService();

const FIXED = {
  id: '0199a000-0000-7000-8000-000000000001',
  created_at: '2026-03-31T10:00:00.5Z',
  entity_id: '0199a000-0000-7000-8000-0000000000aa',
  user_id: '0199a000-0000-7000-8000-0000000000bb',
  user_email: 'alice@dupont.example',
  user_role: 'manager',
  request_id: 'req-1',
  ip_address: '192.0.2.7',
};

describe('an event', () => {
  test('is this JSON, byte for byte', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    await anEvent(service, tenant, {
      ...FIXED,
      old_value: { city: 'Lyon', tags: ['a'], annual_revenue: '50000.00', notes: null },
      new_value: { city: 'Lille', tags: ['a'], annual_revenue: null },
    });
    const json =
      `{"id":"${FIXED.id}","action":"customer.updated","entity_type":"customer","entity_id":"${FIXED.entity_id}",` +
      `"user_id":"${FIXED.user_id}","user_email":"alice@dupont.example","user_role":"manager","request_id":"req-1",` +
      `"ip_address":"192.0.2.7","description":null,` +
      `"old_value":{"city":"Lyon","tags":["a"],"notes":null,"annual_revenue":"50000.00"},` +
      `"new_value":{"city":"Lille","tags":["a"],"annual_revenue":null},` +
      `"diff":{"city":{"old":"Lyon","new":"Lille"},"annual_revenue":{"old":"50000.00","new":null}},` +
      `"success":true,"error_code":null,"api_key_id":null,"on_behalf":false,"created_at":"2026-03-31T10:00:00.500Z"}`;

    const list = await client.get(LOGS);
    const one = await client.get(`${LOGS}/${FIXED.id.toUpperCase()}`);

    expect(list.text).toBe(`{"logs":[${json}],"total":1,"page":1,"page_size":50,"total_is_exact":true}`);
    expect(one.text).toBe(json);
    expect([list, one].map(({ headers }) => headers.get('cache-control'))).toEqual(['no-store', 'no-store']);
    expect(list.headers.get('link')).toBeNull();
  });

  test('that was rejected holds nulls, and no diff without values', async () => {
    const tenant = await service.aTenant();
    const id = newId();
    await anEvent(service, tenant, {
      ...{
        id,
        created_at: '2026-03-31T10:00:00Z',
        request_id: 'r',
        actor_kind: 'anonymous',
        action: 'auth.login_failed',
      },
      ...{ entity_type: 'session', success: false, error_code: 'UNAUTHENTICATED' },
    });

    const { text } = await as(service, tenant.manager).get(`${LOGS}/${id}`);

    expect(text).toBe(
      `{"id":"${id}","action":"auth.login_failed","entity_type":"session","entity_id":null,"user_id":null,` +
        `"user_email":null,"user_role":null,"request_id":"r","ip_address":null,"description":null,"old_value":null,` +
        `"new_value":null,"diff":null,"success":false,"error_code":"UNAUTHENTICATED","api_key_id":null,"on_behalf":false,"created_at":"2026-03-31T10:00:00.000Z"}`,
    );
  });

  test('that is unknown is said to be so', async () => {
    const { admin } = await service.aTenant();
    const [french, english] = await Promise.all(
      ['fr', 'en'].map((language) => as(service, admin).get(`${LOGS}/${newId()}`, { 'accept-language': language })),
    );

    expect(french?.body).toMatchObject({ code: 'NOT_FOUND', detail: 'Événement non trouvé' });
    expect(english?.body).toMatchObject({ code: 'NOT_FOUND', detail: 'Event not found' });
  });
});

test('changes, sign-ins, errors and exports are all there, the newest first', async () => {
  const tenant = await service.aTenant();
  const client = as(service, tenant.admin);
  const signIn = (password: string) =>
    as(service).post('/v1/auth/login', { email: tenant.user.email, password, tenant_id: tenant.id });
  await signIn('wrong-password');
  await signIn(PASSWORD);
  const customer = await aCustomer(client, { city: 'Lyon' });
  await client.put(addressOf(customer), { city: 'Lille' });
  await as(service, tenant.readonly).delete(addressOf(customer));
  await as(service, tenant.user).get(LOGS);
  await as(service, tenant.manager).get(EXPORT);

  const answer = await client.get(LOGS);
  const [, exported, logRejected, deleteRejected, updated, , login, failed] = logIn(answer).logs;

  expect(actionsIn(answer)).toEqual([
    'export.customers',
    'export.customers',
    'access.denied',
    'access.denied',
    'customer.updated',
    'customer.created',
    'auth.login',
    'auth.login_failed',
  ]);
  expect(exported).toMatchObject({ user_id: tenant.manager.id, new_value: { phase: 'started' } });
  expect(logRejected).toMatchObject({ user_role: 'user', error_code: 'FORBIDDEN', description: 'audit:read' });
  expect(deleteRejected).toMatchObject({ entity_id: customer.id, user_role: 'readonly', success: false });
  expect(updated).toMatchObject({ entity_id: customer.id, diff: { city: { old: 'Lyon', new: 'Lille' } } });
  expect(login).toMatchObject({ entity_type: 'session', user_id: tenant.user.id, success: true });
  expect(failed).toMatchObject({ user_id: null, user_email: tenant.user.email, error_code: 'UNAUTHENTICATED' });
});

describe('the filters', () => {
  let tenant: TestTenant;
  const record = newId();

  beforeAll(async () => {
    tenant = await service.aTenant();
    const { admin, user } = tenant;
    const events = [
      { action: 'customer.created', entity_id: record, user_id: admin.id, user_email: 'alice@dupont.example' },
      { action: 'customer.updated', entity_id: record, user_id: user.id, user_email: 'Renée@dupont.example' },
      {
        action: 'contact.created',
        entity_type: 'contact',
        entity_id: newId(),
        user_id: user.id,
        ip_address: '192.0.2.99',
      },
      {
        action: 'access.denied',
        user_id: user.id,
        success: false,
        description: '100 % Réservé_à l’Équipe',
        request_id: 'trace-42',
      },
      { action: 'tenant.updated', entity_type: 'tenant', entity_id: tenant.id, user_id: admin.id },
    ];
    for (const [index, event] of events.entries())
      await anEvent(service, tenant, { ...event, created_at: `2026-03-0${index + 1}T12:00:00Z` });
  });

  test.each<[query: string, actions: readonly string[]]>([
    ['action=customer.created', ['customer.created']],
    ['entity_type=contact', ['contact.created']],
    ['entity_id={record}', ['customer.updated', 'customer.created']],
    ['entity_id={tenant}', ['tenant.updated']],
    ['user_id={ADMIN}', ['tenant.updated', 'customer.created']],
    ['success=false', ['access.denied']],
    ['success=true', ['tenant.updated', 'contact.created', 'customer.updated', 'customer.created']],
    ['success=true&action=&entity_type=&user_id=&to_date=2026-03-01&search_text=%20', ['customer.created']],
    ['from_date=2026-03-04', ['tenant.updated', 'access.denied']],
    ['to_date=2026-03-02', ['customer.updated', 'customer.created']],
    ['entity_type=customer&user_id={user}&success=true', ['customer.updated']],
    ['search_text=CREATED', ['contact.created', 'customer.created']],
    ['search_text=%20renee%40', ['customer.updated']],
    ['search_text=reserve_a', ['access.denied']],
    ['search_text=reserve%25a', []],
    ['search_text=100%20%25', ['access.denied']],
    ['search_text={RECORD}', ['customer.updated', 'customer.created']],
    ['search_text=192.0.2.9', ['contact.created']],
    ['search_text=Trace-42', ['access.denied']],
    ['search_text=alice&action=customer.updated', []],
  ])('%s', async (template, actions) => {
    const words = { record, RECORD: record.slice(9).toUpperCase(), tenant: tenant.id };
    const users = { ADMIN: tenant.admin.id.toUpperCase(), user: tenant.user.id };
    const query = Object.entries({ ...words, ...users }).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, value),
      template,
    );

    const answer = await as(service, tenant.manager).get(`${LOGS}?${query}`);

    expect([actionsIn(answer), logIn(answer).total]).toEqual([actions, actions.length]);
  });

  test.each([
    ['page_size=501', 'page_size'],
    ['page_size=0', 'page_size'],
    ['page=0', 'page'],
    ['user_id=alice', 'user_id'],
    ['success=perhaps', 'success'],
    ['from_date=2026-02-30', 'from_date'],
    ['to_date=2026-03-01T12:60:00', 'to_date'],
    ['search=alice', 'search'],
    ['tenant_id=other', 'tenant_id'],
    ['search_text=%00', 'search_text'],
  ])('%s is rejected', async (query, parameter) => {
    const answer = await as(service, tenant.admin).get(`${LOGS}?${query}`);

    expect(outcomeOf(answer)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(answer).join()).toContain(parameter);
  });
});

describe('a period', () => {
  let tenant: TestTenant;
  /** The clocks of New York go forward on the 8th, so that this day has 23 hours. */
  const INSTANTS = {
    before: '2026-03-08T04:59:59.999Z',
    first: '2026-03-08T05:00:00.000Z',
    last: '2026-03-09T03:59:59.999Z',
    after: '2026-03-09T04:00:00.000Z',
  };

  beforeAll(async () => {
    tenant = await service.aTenant({ time_zone: 'America/New_York' });
    for (const [name, created_at] of Object.entries(INSTANTS))
      await anEvent(service, tenant, { action: `time.${name}`, created_at });
  });

  test.each([
    ['from_date=2026-03-08&to_date=2026-03-08', ['last', 'first']],
    ['from_date=2026-03-09', ['after']],
    ['to_date=2026-03-07', ['before']],
    ['from_date=2026-03-09&to_date=', ['after']],
    ['from_date=&to_date=2026-03-07', ['before']],
    [`from_date=${INSTANTS.first}&to_date=${INSTANTS.last}`, ['last', 'first']],
    ['from_date=2026-03-08T00:00:00-05:00&to_date=2026-03-08T05:00:00.000Z', ['first']],
    [`from_date=2026-03-08&to_date=${INSTANTS.first}`, ['first']],
    ['from_date=2026-03-09&to_date=2026-03-08', []],
    ['to_date=9999-12-31&from_date=0001-01-01', ['after', 'last', 'first', 'before']],
  ])('%s', async (query, names) => {
    const answer = await as(service, tenant.admin).get(`${LOGS}?${query.replaceAll('+', '%2B')}`);

    expect(actionsIn(answer)).toEqual(names.map((name) => `time.${name}`));
  });
});

describe('pages', () => {
  test('follow each other newest first, ties by id, with links', async () => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.admin);
    const ids: string[] = [];
    for (let made = 0; made < 7; made += 1)
      ids.push(await anEvent(service, tenant, { created_at: `2026-03-0${1 + (made >> 1)}T00:00:00Z` }));
    const newestFirst = ids.sort().reverse();

    const seen: string[] = [];
    let link: string | undefined = `${LOGS}?page_size=3&success=true`;
    const links: (string | null)[] = [];
    while (link !== undefined) {
      const answer = await client.get(link);
      seen.push(...logIn(answer).logs.map(({ id }) => id));
      expect(logIn(answer)).toMatchObject({ total: 7, page: links.length + 1, page_size: 3 });
      links.push(answer.headers.get('link'));
      link = /<([^>]+)>; rel="next"/.exec(links.at(-1) ?? '')?.[1];
    }

    expect(seen).toEqual(newestFirst);
    const page = (number: number): string => `<${LOGS}?page_size=3&success=true&page=${number}>`;
    expect(links).toEqual([
      `${page(2)}; rel="next"`,
      `${page(3)}; rel="next", ${page(1)}; rel="prev"`,
      `${page(2)}; rel="prev"`,
    ]);
    const past = await client.get(`${LOGS}?page_size=3&page=9`);
    expect(logIn(past)).toEqual({ logs: [], total: 7, page: 9, page_size: 3, total_is_exact: true });
    expect(past.headers.get('link')).toBe(`<${LOGS}?page_size=3&page=3>; rel="prev"`);
  });

  test('hold up to five hundred, fifty unless asked', async () => {
    const tenant = await service.aTenant();
    await service.ask(
      `INSERT INTO audit_events (tenant_id, id, created_at, actor_kind, action, entity_type, request_id, success, salt, values_digest, digest)
       SELECT $1, gen_random_uuid(), now(), 'operator', 'tenant.updated', 'tenant', 'r', true, '', '', '' FROM generate_series(1, 510)`,
      [tenant.id],
    );
    const client = as(service, tenant.admin);

    expect(logIn(await client.get(LOGS)).logs).toHaveLength(50);
    expect(logIn(await client.get(`${LOGS}?page_size=500`)).logs).toHaveLength(500);
  });
});
