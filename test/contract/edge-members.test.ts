import type { Target } from './surface/target.js';
import { startTestService, type TestService, type TestTenant } from '../support/service.js';
import { askBoth, type Outcome } from './edges/ask.js';
import { CASES } from './edges/cases.js';
import { difference, expectSameTraces } from './edges/compare.js';
import { badValues, goodValue, membersOf, snake } from './edges/members.js';
import { CRM_PAIRS, named, SCHEMA as schema } from './edges/pairs.js';
import { makeTwins, twinTenants } from './edges/twins.js';

let service: TestService;
let tenants: readonly [TestTenant, TestTenant];

beforeAll(async () => {
  service = await startTestService();
});

beforeEach(async () => {
  tenants = await twinTenants(service);
});

afterAll(() => service.close());

describe('both edges take and refuse the same members:', () => {
  const pairs = named(CRM_PAIRS.filter((pair) => membersOf(schema, pair).length > 0));

  test.each(pairs)('%s', async (field, pair) => {
    const twins = await makeTwins(service, tenants);
    const base = CASES[field]?.[0];
    const differences: string[] = [];
    const ask = async (what: string, members: (target: Target) => object): Promise<Outcome> => {
      const body = (target: Target): object => ({ ...base?.body?.(target), ...members(target) });
      const outcomes = await askBoth(service, schema, pair, twins, { ...base, body });
      differences.push(...difference(what, outcomes));
      return outcomes.rest;
    };
    for (const member of membersOf(schema, pair)) {
      const name = snake(member.name);
      for (const [what, value] of badValues(member)) await ask(`${name}: ${what}`, () => ({ [name]: value }));
      if (member.name === 'winReason' || member.name === 'lossReason') continue;
      const good = await ask(`${name}: a good value`, (t) => ({ [name]: goodValue(member, t) }));
      if (good.code !== 'OK') differences.push(`${name}: a good value is refused: ${JSON.stringify(good)}`);
    }

    expect(differences).toEqual([]);
    await expectSameTraces(service, twins);
  });
});
