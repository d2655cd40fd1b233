import fc from 'fast-check';
import pg from 'pg';
import { identityForm } from '../../src/platform/values/identity-form.js';
import { normalizeText } from '../../src/platform/values/normal-text.js';
import { Migration20261129000020 } from '../../src/migrations/2026-11/Migration20261129000020.js';
import { as, type Answer } from '../support/client.js';
import { PASSWORD, type TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';

const service = useOwnService();
let tenant: TestTenant;

beforeEach(async () => {
  tenant = await service.aTenant();
});

const LOGIN = `mutation ($email: String!, $password: String!, $tenantId: ID!) {
  login(email: $email, password: $password, tenantId: $tenantId) { user { id email } } }`;
const CREATE = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id email } } }';

interface Api {
  readonly create: (email: string) => Promise<Answer>;
  readonly logIn: (email: string) => Promise<Answer>;
}

const REST: Api = {
  create: (email) =>
    as(service, tenant.admin).post('/v1/users', { email, full_name: 'Zoé', role: 'user', password: PASSWORD }),
  logIn: (email) => as(service).post('/v1/auth/login', { email, password: PASSWORD, tenant_id: tenant.id }),
};

const GRAPHQL: Api = {
  create: (email) =>
    as(service, tenant.admin).graphql(CREATE, {
      input: { email, fullName: 'Zoé', role: 'USER', password: PASSWORD },
    }),
  logIn: (email) => as(service).graphql(LOGIN, { email, password: PASSWORD, tenantId: tenant.id }),
};

function codeOf({ text }: Answer): string | undefined {
  return /"code":"([A-Z_]+)"/.exec(text)?.[1];
}

/** @returns the address of the user who is signed in, or the code of the error */
async function signIn(api: Api, email: string): Promise<string | undefined> {
  const answer = await api.logIn(email);
  return /"email":"([^"]+)"/.exec(answer.text)?.[1] ?? codeOf(answer);
}

/** Spellings of one address. */
const SPELLINGS = [
  '\u00c9lo\u00efse@essai.example',
  'e\u0301loi\u0308se@ESSAI.example',
  '\u00a0\u00e9lo\u200b\u00efse@essai.exam\u200dple ',
];

describe.each([
  ['REST', REST],
  ['GraphQL', GRAPHQL],
])('e-mail addresses of users over %s', (_name, api) => {
  it('are one in every spelling, whatever the locale of the server', async () => {
    const [first = '', ...others] = SPELLINGS;
    expect((await api.create(first)).status).toBeLessThan(300);

    for (const spelling of others) expect(codeOf(await api.create(spelling))).toBe('DUPLICATE');
    for (const spelling of SPELLINGS) expect(await signIn(api, spelling)).toBe(first);
  });

  it('keep their accents: another one is somebody else', async () => {
    for (const email of ['admin@essai.example', 'adm\u00edn@essai.example', 'adm\u0130n@essai.example'])
      expect((await api.create(email)).status).toBeLessThan(300);

    expect(await signIn(api, 'ADMIN@essai.example')).toBe('admin@essai.example');
    expect(await signIn(api, 'ADM\u00cdN@essai.example')).toBe('adm\u00edn@essai.example');
    expect(await signIn(api, 'adm\u0131n@essai.example')).toBe('UNAUTHENTICATED');
  });

  it('are stored as normal text, and told in the trail without the form that they are compared by', async () => {
    await api.create('\u00a0Zoe\u0301\u200b@essai.example');

    const [row] = await service.ask<{ email: string; form: string }>(
      "SELECT email, email_identity AS form FROM users WHERE tenant_id = $1 AND email LIKE 'Zo%'",
      [tenant.id],
    );
    expect(row).toEqual({ email: 'Zo\u00e9@essai.example', form: 'zo\u00e9@essai.example' });
    const [event] = await service.ask<{ value: object }>(
      "SELECT new_value AS value FROM audit_events WHERE tenant_id = $1 AND action = 'user.created'",
      [tenant.id],
    );
    expect(event?.value).toMatchObject({ email: 'Zo\u00e9@essai.example' });
    expect(event?.value).not.toHaveProperty('email_identity');
  });
});

/** As under libc's C, whose lower case knows ASCII only: the index takes what an index under ICU does not. */
const WITHOUT_FORM = `
  DROP FUNCTION app.email_identity(text);
  DROP INDEX users_email_key;
  ALTER TABLE users DROP COLUMN email_identity;
  CREATE UNIQUE INDEX users_email_key ON users (tenant_id, lower(email COLLATE "C"));`;

/** Runs statements in one transaction as the role that owns the schema, as migrations do. */
async function asOwner(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: service.test.ownerUrl });
  await client.connect();
  try {
    await client.query(['BEGIN', ...statements, 'COMMIT'].join(';'));
  } finally {
    await client.end();
  }
}

const LETTERS = [
  'a',
  'Z',
  'é',
  'É',
  'İ',
  'ı',
  'ß',
  'ẞ',
  'σ',
  'Σ',
  'ς',
  'ǅ',
  'J\u030c',
  '\u212a',
  'ﬁ',
  'Ꭰ',
  '𐐀',
  '@',
  '.',
];

describe('the migration', () => {
  it('makes the form that the service makes of normal text', async () => {
    const letters = fc.constantFrom(...LETTERS);
    const texts = fc.sample(fc.array(letters, { minLength: 1, maxLength: 12 }), { numRuns: 200, seed: 7 });
    const normal = texts.map((parts) => normalizeText(parts.join(''), 'code', 255));

    const rows = await service.ask<{ form: string }>(
      'SELECT app.email_identity(text) AS form FROM unnest($1::text[]) WITH ORDINALITY AS t (text, place) ORDER BY place',
      [normal],
    );

    expect(rows.map(({ form }) => form)).toEqual(normal.map(identityForm));
  });

  it('gives addresses that would collide distinct values: each of them still signs in', async () => {
    const { em } = service.database.orm;
    const migration = new Migration20261129000020(em.getDriver(), em.config);
    migration.up();
    const emails = ['\u00c9A@essai.example', '\u00e9a@essai.example', 'Solo@essai.example'];
    await asOwner(WITHOUT_FORM);
    await service.ask(
      `INSERT INTO users (tenant_id, id, email, full_name, role, password_hash)
       SELECT $1, gen_random_uuid(), e, 'Zoé', 'user', password_hash FROM users, unnest($2::text[]) AS e WHERE id = $3`,
      [tenant.id, emails, tenant.admin.id],
    );

    await asOwner(...migration.getQueries().map(String));

    for (const email of ['\u00c9A@essai.example', '\u00e9a@essai.example'])
      expect(await signIn(REST, email)).toBe(email);
    // Any other spelling is the one whose address is the form itself.
    expect(await signIn(REST, '\u00e9A@essai.example')).toBe('\u00e9a@essai.example');
    expect(await signIn(GRAPHQL, 'SOLO@essai.example')).toBe('Solo@essai.example');
    expect(codeOf(await REST.create('\u00c9a@essai.example'))).toBe('DUPLICATE');
  });
});
