import { Role } from '../../src/access/identity/user.entity.js';
import type { TargetOptions } from './surface/target.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { askBoth } from './transports/ask.js';
import { CASES, type Case } from './transports/cases.js';
import { difference, expectSameTraces } from './transports/compare.js';
import {
  CRM_PAIRS,
  GRAPHQL_ALONE,
  isCrm,
  isList,
  named,
  pairsOf,
  REST_ALONE,
  SCHEMA as schema,
  unpaired,
  type Pair,
} from './transports/pairs.js';
import { inBoth, makeTwins, twinTenants } from './transports/twins.js';

const service = useOwnService();
let tenants: readonly [TestTenant, TestTenant];

beforeEach(async () => {
  tenants = await twinTenants(service);
});

/** Accounts are compared where they are tested, in test/account. */
const ACCOUNT = [
  'apiKeys',
  'auditEvents',
  'changePassword',
  'createApiKey',
  'createIdentityProvider',
  'createUser',
  'deactivateUser',
  'deleteIdentityProvider',
  'identityProviders',
  'login',
  'logout',
  'refreshSession',
  'resetUserPassword',
  'revokeApiKey',
  'rotateApiKey',
  'updateIdentityProvider',
  'updateTenant',
  'updateUser',
  'users',
];

/** The pipeline is compared with the lists, the change feed in test/crm/change. */
const ELSEWHERE = ['changes', 'pipeline'];

describe('the two transports', () => {
  test('have the same operations, but for those that are known to have another form on the other', () => {
    const { rest, graphql } = unpaired(schema);

    expect(rest).toEqual(Object.keys(REST_ALONE).sort());
    expect(graphql).toEqual(Object.keys(GRAPHQL_ALONE).sort());
    expect(
      pairsOf(schema)
        .filter((pair) => !isCrm(pair))
        .map(({ field }) => field)
        .sort(),
    ).toEqual(ACCOUNT);
  });

  test('are asked for every one of them', () => {
    const compared = CRM_PAIRS.filter((pair) => !isList(pair) && !ELSEWHERE.includes(pair.field));

    expect(Object.keys(CASES).sort()).toEqual(compared.map(({ field }) => field).sort());
  });
});

async function runCase(pair: Pair, one: Case): Promise<string[]> {
  const twins = await makeTwins(service, one.settings ? await twinTenants(service, one.settings) : tenants);
  if (one.given) await inBoth(service, twins, one.given(twins.rest.target));
  const found = difference(one.what, await askBoth(service, schema, pair, twins, one));
  if (one.settings) await expectSameTraces(service, twins);
  return found;
}

describe('asked for the same, both transports answer the same, write the same and record the same:', () => {
  test.each(named(CRM_PAIRS.filter(({ field }) => field in CASES)))('%s', async (field, pair) => {
    const differences: string[] = [];
    for (const one of CASES[field] ?? []) differences.push(...(await runCase(pair, one)));

    expect(differences).toEqual([]);
    await expectSameTraces(service, await makeTwins(service, tenants));
  });
});

/** Whose the records are: somebody else's, the caller's, or of the caller's customer. */
const OWNERSHIPS: readonly ((user: TestTenant) => TargetOptions)[] = [
  () => ({}),
  ({ user }) => ({ children: { createdBy: user.id } }),
  ({ user }) => ({ customer: { assignedTo: user.id } }),
];

describe('both transports give the same rights:', () => {
  test.each(named(CRM_PAIRS.filter(({ field }) => field in CASES)))('%s', async (field, pair) => {
    const differences: string[] = [];
    const [one] = CASES[field] ?? [];
    const seen = new Set<string>();
    for (const role of Object.values(Role)) {
      for (const [index, ownedBy] of OWNERSHIPS.entries()) {
        const twins = await makeTwins(service, tenants, ownedBy);
        const outcomes = await askBoth(service, schema, pair, twins, { ...one, role });
        seen.add(outcomes.rest.code);
        differences.push(...difference(`${role}, ownership ${index}`, outcomes));
      }
    }

    expect(differences).toEqual([]);
    expect([...seen].sort()).toEqual(
      pair.root === 'Query' || field.startsWith('create') ? seenBy(field) : ['FORBIDDEN', 'OK'],
    );
  });

  const seenBy = (field: string): string[] => (field.startsWith('create') ? ['FORBIDDEN', 'OK'] : ['OK']);
});
