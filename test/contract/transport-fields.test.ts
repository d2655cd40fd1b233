import type { Target } from './surface/target.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { askBoth, type Outcome } from './transports/ask.js';
import { CASES } from './transports/cases.js';
import { difference, expectSameTraces } from './transports/compare.js';
import { badValues, goodValue, fieldsOf, snake } from './transports/fields.js';
import { CRM_PAIRS, named, SCHEMA as schema } from './transports/pairs.js';
import { makeTwins, twinTenants } from './transports/twins.js';

const service = useOwnService();
let tenants: readonly [TestTenant, TestTenant];

beforeEach(async () => {
  tenants = await twinTenants(service);
});

describe('both transports take and reject the same members:', () => {
  const pairs = named(CRM_PAIRS.filter((pair) => fieldsOf(schema, pair).length > 0));

  test.each(pairs)('%s', async (field, pair) => {
    const twins = await makeTwins(service, tenants);
    const base = CASES[field]?.[0];
    const differences: string[] = [];
    const ask = async (what: string, fields: (target: Target) => object): Promise<Outcome> => {
      const body = (target: Target): object => ({ ...base?.body?.(target), ...fields(target) });
      const outcomes = await askBoth(service, schema, pair, twins, { ...base, body });
      differences.push(...difference(what, outcomes));
      return outcomes.rest;
    };
    for (const field of fieldsOf(schema, pair)) {
      const name = snake(field.name);
      for (const [what, value] of badValues(field)) await ask(`${name}: ${what}`, () => ({ [name]: value }));
      if (field.name === 'winReason' || field.name === 'lossReason') continue;
      const good = await ask(`${name}: a good value`, (t) => ({ [name]: goodValue(field, t) }));
      if (good.code !== 'OK') differences.push(`${name}: a good value is refused: ${JSON.stringify(good)}`);
    }

    expect(differences).toEqual([]);
    await expectSameTraces(service, twins);
  });
});
