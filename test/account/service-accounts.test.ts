/** Users of the kind SERVICE: programs, which have a name and a role, and cannot sign in. */
import { newId } from '../../src/platform/values/ids.js';
import { as, type Answer } from '../support/client.js';
import { PASSWORD, type TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const USER = '{ id kind email fullName role isActive }';
const CREATE = `mutation ($input: CreateUserInput!) { createUser(input: $input) { initialPassword user ${USER} } }`;
const RESET = 'mutation ($id: ID!) { resetUserPassword(id: $id) { user { id } } }';

interface Api {
  readonly create: (input: Readonly<Record<string, unknown>>) => Promise<Answer>;
  readonly reset: (id: string) => Promise<Answer>;
}

const toRest = ({ fullName, ...input }: Readonly<Record<string, unknown>>): object => ({
  full_name: fullName,
  ...input,
});
const toGraphql = ({ role, ...input }: Readonly<Record<string, unknown>>): object => ({
  role: String(role).toUpperCase(),
  ...input,
});

const APIS: readonly [name: string, api: Api][] = [
  [
    'REST',
    {
      create: (input) => as(service, tenant.admin).post('/v1/users', toRest(input)),
      reset: (id) => as(service, tenant.admin).post(`/v1/users/${id}/password`),
    },
  ],
  [
    'GraphQL',
    {
      create: (input) => as(service, tenant.admin).graphql(CREATE, { input: toGraphql(input) }),
      reset: (id) => as(service, tenant.admin).graphql(RESET, { id }),
    },
  ],
];

function codeOf({ text }: Answer): string | undefined {
  return /"code":"([A-Z_]+)"/.exec(text)?.[1];
}

/** The fields that an error names, with their codes. */
function fieldsOf({ body }: Answer): readonly string[] {
  const { errors } = body as { errors?: readonly RejectedField[] };
  return (errors ?? [])
    .flatMap((error) => error.extensions?.fields ?? [error])
    .map(({ path, pointer, code }) => `${path?.at(-1) ?? pointer?.slice(1) ?? ''} ${code ?? ''}`);
}

/** In REST the error of a field; in GraphQL an error with those of its fields. */
interface RejectedField {
  readonly pointer?: string;
  readonly path?: readonly string[];
  readonly code?: string;
  readonly extensions?: { readonly fields: readonly RejectedField[] };
}

async function anAccount(role = 'user'): Promise<string> {
  const input = { kind: 'SERVICE', full_name: 'Entrepôt', role };
  const answer = await as(service, tenant.admin).post('/v1/users', input);
  return (answer.body as { id: string }).id;
}

describe.each(APIS)('a service account over %s', (_name, { create, reset }) => {
  it('has a name and a role, and no e-mail or password', async () => {
    const answer = await create({ kind: 'SERVICE', fullName: 'Entrepôt', role: 'manager' });

    expect(answer.status).toBeLessThan(300);
    expect(answer.text).toMatch(/"kind":"SERVICE"/);
    expect(answer.text).toMatch(/"email":null/);
    expect(answer.text).toMatch(/"initial_?[pP]assword":null/);
    const rows = await service.ask(
      `SELECT email, email_identity, password_hash, full_name, role FROM users WHERE tenant_id = $1 AND kind = 'SERVICE'`,
      [tenant.id],
    );
    expect(rows).toEqual([
      { email: null, email_identity: null, password_hash: null, full_name: 'Entrepôt', role: 'manager' },
    ]);
    const [event] = await service.ask<{ new_value: object }>(
      `SELECT new_value FROM audit_events WHERE tenant_id = $1 AND action = 'user.created'`,
      [tenant.id],
    );
    expect(event?.new_value).toMatchObject({ kind: 'SERVICE', full_name: 'Entrepôt', role: 'manager' });
  });

  it('takes neither an e-mail nor a password', async () => {
    const both = await create({
      kind: 'SERVICE',
      fullName: 'Entrepôt',
      role: 'user',
      email: `${newId()}@essai.example`,
      password: PASSWORD,
    });

    expect(codeOf(both)).toMatch(/VALIDATION_FAILED|CONTRADICTS_KIND/);
    expect(fieldsOf(both)).toEqual(['email CONTRADICTS_KIND', 'password CONTRADICTS_KIND']);
  });

  it('is not what a person without an e-mail becomes', async () => {
    for (const kind of [undefined, 'PERSON'])
      expect(fieldsOf(await create({ kind, fullName: 'Zoé', role: 'user' }))).toEqual(['email REQUIRED']);
  });

  it('has no password to reset', async () => {
    const answer = await reset(await anAccount());

    expect(codeOf(answer)).toBe('ILLEGAL_TRANSITION');
    expect(answer.text).toContain('"reason":"service_account"');
  });

  it('can be one of several: they have no address that would be taken', async () => {
    for (const fullName of ['Un', 'Deux', 'Deux'])
      expect(codeOf(await create({ kind: 'SERVICE', fullName, role: 'user' }))).toBeUndefined();
  });
});

describe('a service account', () => {
  it('is changed and deactivated like any user, and never becomes a person', async () => {
    const client = as(service, tenant.admin);
    const address = `/v1/users/${await anAccount()}`;

    expect((await client.put(address, { kind: 'PERSON' })).status).toBe(422);
    expect((await client.put(address, { kind: 'SERVICE', role: 'manager', full_name: 'Stock' })).body).toMatchObject({
      kind: 'SERVICE',
      role: 'manager',
      full_name: 'Stock',
      email: null,
    });
    expect((await client.delete(address)).status).toBe(204);
    expect((await client.get(address)).body).toMatchObject({ is_active: false, kind: 'SERVICE' });
    expect((await client.put(address, { is_active: true })).body).toMatchObject({ is_active: true });
  });

  it('is listed with persons, and read as assignee and creator by everybody', async () => {
    const id = await anAccount();
    const made = await as(service, tenant.admin).post('/v1/commercial/customers', { name: 'Dupont', assigned_to: id });
    const customerId = (made.body as { id: string }).id;

    const listed = await as(service, tenant.admin).graphql('{ users(first: 20) { nodes { id kind email } } }');
    expect(listed.text).toContain(`{"id":"${id}","kind":"SERVICE","email":null}`);
    const read = await as(service, tenant.readonly).graphql(
      `{ customer(id: "${customerId}") { assignedTo { kind fullName email } } }`,
    );
    expect(read.body).toEqual({
      data: { customer: { assignedTo: { kind: 'SERVICE', fullName: 'Entrepôt', email: null } } },
    });
  });

  it('does not count as the last active admin, and is not held back as one', async () => {
    const id = await anAccount('admin');
    const client = as(service, tenant.admin);

    for (const change of [{ role: 'user' }, { is_active: false }])
      expect((await client.put(`/v1/users/${tenant.admin.id}`, change)).status).toBe(409);
    expect((await client.put(`/v1/users/${id}`, { role: 'user' })).status).toBe(200);
    expect((await client.put(`/v1/users/${id}`, { role: 'admin' })).status).toBe(200);
    expect((await client.delete(`/v1/users/${id}`)).status).toBe(204);
  });

  it('is kept without credentials by the database itself', async () => {
    const insert = (kind: string, email: string | null, hash: string | null): Promise<unknown> =>
      service.ask(
        `INSERT INTO users (tenant_id, id, kind, email, email_identity, full_name, role, password_hash)
         VALUES ($1, $2, $3, $4, $4, 'X', 'user', $5)`,
        [tenant.id, newId(), kind, email, hash],
      );
    const address = `${newId()}@essai.example`;

    for (const [kind, email, hash] of [
      ['SERVICE', address, null],
      ['SERVICE', null, '-'],
      ['PERSON', null, '-'],
      ['ROBOT', null, null],
    ] as const)
      await expect(insert(kind, email, hash)).rejects.toThrow(/users_kind/);
    await insert('SERVICE', null, null);
    await insert('PERSON', address, null);
  });

  it('is nobody who can sign in; nor is a person without a password, and both get the answer of everybody', async () => {
    await anAccount();
    const email = `${newId()}@essai.example`;
    await service.ask(
      `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role) VALUES ($1, $2, $3, $3, 'Zoé', 'admin')`,
      [tenant.id, newId(), email],
    );
    const logIn = (body: object): Promise<Answer> =>
      as(service).post('/v1/auth/login', { tenant_id: tenant.id, ...body });
    const bodyOf = ({ body }: Answer): object => ({ ...(body as object), request_id: undefined });

    const wrong = await logIn({ email: tenant.admin.email, password: 'wrong-password-2026' });
    const passwordless = await logIn({ email, password: 'wrong-password-2026' });

    expect(wrong.status).toBe(401);
    expect([passwordless.status, bodyOf(passwordless)]).toEqual([401, bodyOf(wrong)]);
    expect((await logIn({ email: 'Entrepôt', password: PASSWORD })).status).toBeGreaterThanOrEqual(400);
  });
});
