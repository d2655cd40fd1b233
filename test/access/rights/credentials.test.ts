/**
 * Every operation with every kind of credential: what a key may is what its user may, as far as its list and the account behind it go.
 * The expectation is computed here, from the table of roles and the words of the contract.
 */
import type { GraphQLSchema } from 'graphql';
import { RIGHTS, type Grant, type Permission } from '../../../src/access/rights/permissions.js';
import { Role } from '../../../src/access/identity/user.entity.js';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { as, type Answer } from '../../support/client.js';
import type { TestTenant, TestUser } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { aServiceKey, aKey, type TestKey } from '../../account/api-key/support.js';
import { pastedProvider } from '../../account/identity-provider/support.js';
import { isOwnable, type GraphqlOperation, type RestOperation } from '../../contract/surface/operation.js';
import { GRAPHQL, pathOf, REST, sendField } from '../../contract/surface/surface.js';
import { makeTarget, type Target } from '../../contract/surface/target.js';

const service = useOwnService();
let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

const ROLES = Object.values(Role);
const NEVER: readonly string[] = ['key:manage', 'provider:manage'];
const NAMED: readonly string[] = ['user:manage', 'tenant:manage', 'user:impersonate'];
const NOT_FOR_OTHERS: readonly string[] = [...NEVER, ...NAMED, 'audit:read'];

/** What a list names, of a user with this role: all that it may name. */
function nameable(role: Role): string[] {
  return Object.entries(RIGHTS[role])
    .filter(([permission]) => !NEVER.includes(permission))
    .map(([permission, grant]) => (grant === 'own' ? `${permission}:own` : permission));
}

interface Caller {
  readonly key: Pick<TestKey, 'token' | 'tenantId'>;
  readonly headers: Readonly<Record<string, string>>;
}

interface Credential {
  readonly name: string;
  readonly make: (tenant: TestTenant, user: TestUser, needs: string) => Promise<Caller>;
  readonly isKey: boolean;
  /** What the user's grant becomes. */
  readonly grant: (needs: string, grant: Grant | undefined) => Grant | undefined;
}

const plain = (key: TestKey): Caller => ({ key, headers: {} });

const CREDENTIALS: readonly Credential[] = [
  {
    name: 'a key without a list',
    isKey: true,
    make: async (_tenant, user) => plain(await aKey(service, user)),
    grant: (needs, grant) => ([...NEVER, ...NAMED].includes(needs) ? undefined : grant),
  },
  {
    name: 'a key narrowed to all that it may name',
    isKey: true,
    make: async (_tenant, user) => plain(await aKey(service, user, { permissions: nameable(user.role) })),
    grant: (needs, grant) => (NEVER.includes(needs) ? undefined : grant),
  },
  {
    name: 'a key narrowed to all but what it takes',
    isKey: true,
    make: async (_tenant, user, needs) => {
      const permissions = nameable(user.role).filter((name) => name.replace(/:own$/, '') !== needs);
      return plain(await aKey(service, user, { permissions }));
    },
    grant: (needs, grant) => (needs === 'signed in' ? grant : undefined),
  },
  {
    name: 'a key narrowed to own records',
    isKey: true,
    make: async (_tenant, user) => {
      const owned = nameable(user.role).map((name) => (isOwnable(name) ? `${name}:own` : name));
      return plain(await aKey(service, user, { permissions: owned }));
    },
    grant: (needs, grant) => (NEVER.includes(needs) ? undefined : grant && isOwnable(needs) ? 'own' : grant),
  },
  {
    name: 'an account’s key on behalf of the user',
    isKey: true,
    make: async (tenant, user) => {
      const key = await aServiceKey(service, tenant, nameable('admin'));
      return { key, headers: { 'x-on-behalf-of': user.id } };
    },
    grant: (needs, grant) => (NOT_FOR_OTHERS.includes(needs) ? undefined : grant),
  },
  {
    name: 'a token of the company’s identity provider',
    isKey: false,
    make: async (tenant, { email }) => {
      const { tokenFor } = await pastedProvider(service, tenant);
      return { key: { token: await tokenFor(email), tenantId: tenant.id }, headers: {} };
    },
    grant: (_needs, grant) => grant,
  },
];

function expectedGrant(
  credential: Credential,
  role: Role,
  operation: RestOperation | GraphqlOperation,
): Grant | undefined {
  if (credential.isKey ? operation.notByKey : operation.bySession) return undefined;
  const { needs } = operation;
  const ofRole = needs === 'signed in' ? 'all' : RIGHTS[role][needs as Permission];
  return credential.grant(needs, ofRole);
}

function codeOf({ status, body }: Answer): string | undefined {
  const { code, errors } = (body ?? {}) as { code?: string; errors?: { extensions: { code: string } }[] };
  return status < 300 ? errors?.[0]?.extensions.code : (code ?? errors?.[0]?.extensions.code);
}

type Call = (caller: Caller, target: Target, userId: string) => Promise<Answer>;

/** `done`, or the code of the error. */
async function outcome(call: Promise<Answer>): Promise<string> {
  return codeOf(await call) ?? 'done';
}

async function check(operation: RestOperation | GraphqlOperation, call: Call): Promise<void> {
  const found: string[] = [];
  const expected: string[] = [];
  for (const credential of CREDENTIALS) {
    const tenant = await service.aTenant();
    // For what is rejected and so leaves it as it is.
    const others = await makeTarget(service, tenant);
    for (const role of ROLES) {
      const user = tenant[role];
      const caller = await credential.make(tenant, user, operation.needs);
      const grant = expectedGrant(credential, role, operation);
      const expect = async (code: string, target: Target): Promise<void> => {
        expected.push(`${credential.name}, ${role}: ${code}`);
        found.push(`${credential.name}, ${role}: ${await outcome(call(caller, target, user.id))}`);
      };
      if (grant === undefined || (grant === 'own' && isOwnable(operation.needs))) await expect('FORBIDDEN', others);
      const mine = grant === 'own' ? { createdBy: user.id } : {};
      if (grant) await expect('done', await makeTarget(service, tenant, { customer: mine, children: mine }));
    }
  }
  expect(found).toEqual(expected);
}

/** Whatever the credential, these need none. */
const isClosed = ([, { needs }]: [string, { readonly needs: string }]): boolean => needs !== 'open';

test.each(Object.entries(REST).filter(isClosed))('%s', async (name, operation) => {
  const [method = ''] = name.split(' ');
  await check(operation, async ({ key, headers }, target, userId) =>
    as(service, key).request(method, pathOf(name, target, userId), await operation.body?.(target), headers),
  );
});

test.each(Object.entries(GRAPHQL).filter(isClosed))('%s', async (name, operation) => {
  await check(operation, ({ key, headers }, target, userId) =>
    sendField(as(service, key), schema, name, target, userId, headers),
  );
});

test.each<[string, (there: TestTenant) => Promise<string>]>([
  ['key', async (there) => (await aServiceKey(service, there, nameable('admin'))).token],
  ['provider’s token', async (there) => (await pastedProvider(service, there)).tokenFor(there.admin.email)],
])('a %s of another company opens no operation', async (_name, make) => {
  const [here, there] = [await service.aTenant(), await service.aTenant()];
  const target = await makeTarget(service, here);
  const foreign = as(service, { token: await make(there), tenantId: here.id });
  const statuses = new Set<number>();

  for (const [name, operation] of Object.entries(REST).filter(isClosed)) {
    const [method = ''] = name.split(' ');
    const answer = await foreign.request(method, pathOf(name, target), await operation.body?.(target), {
      'x-forwarded-for': '192.0.2.9',
    });
    statuses.add(answer.status);
  }
  for (const [name] of Object.entries(GRAPHQL).filter(isClosed))
    statuses.add((await sendField(foreign, schema, name, target)).status);

  // Failures are limited by address, and the key’s have come first.
  expect([401, 429]).toEqual(expect.arrayContaining([...statuses]));
});
