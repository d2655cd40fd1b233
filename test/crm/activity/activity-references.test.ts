import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '../../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { ACTIVITIES, activityIn, aScene, countOfActivities, hide, type Scene } from './activity-support.js';
import { graphqlIn, outcomeOf, problemIn, wrongFieldsOf } from '../customer/customer-support.js';
import { onOneNode } from '../../support/one-node.js';

const { testOnOneNode } = onOneNode();

const service = useOwnService();

interface Named {
  readonly customerId: string;
  readonly opportunityId?: string;
  readonly contactId?: string;
}

function sendRest(client: Client, { customerId, opportunityId, contactId }: Named, language = 'en'): Promise<Answer> {
  return client.post(
    ACTIVITIES,
    { customer_id: customerId, opportunity_id: opportunityId, contact_id: contactId, type: 'CALL', subject: 'X' },
    { 'accept-language': language },
  );
}

function sendGraphql(client: Client, named: Named, language = 'en'): Promise<Answer> {
  return client.graphql(
    'mutation ($input: CreateActivityInput!) { createActivity(input: $input) { activity { id } } }',
    { input: { ...named, type: 'CALL', subject: 'X' } },
    { 'accept-language': language },
  );
}

const SENTENCES = {
  customerId: { en: 'Customer not found', fr: 'Client non trouvé' },
  opportunityId: { en: 'Opportunity not found', fr: 'Opportunité non trouvée' },
  contactId: { en: 'Contact not found', fr: 'Contact non trouvé' },
} as const;
type Field = keyof typeof SENTENCES;
const MEMBERS = Object.keys(SENTENCES) as Field[];

const TABLES = { customerId: 'customers', opportunityId: 'opportunities', contactId: 'contacts' } as const;

/** The scene's ids with one of them replaced. */
function namedWith({ customerId, opportunityId, contactId }: Scene, field: Field, id: string): Named {
  return { customerId, opportunityId, contactId, [field]: id };
}

describe('what a new activity refers to', () => {
  test.each(MEMBERS)('%s that is unknown, foreign or deleted is a 404 in its own words', async (field) => {
    const [tenant, elsewhere] = [await service.aTenant(), await service.aTenant()];
    const [scene, foreign, gone] = [
      await aScene(service, tenant),
      await aScene(service, elsewhere),
      await aScene(service, tenant),
    ];
    await hide(service, TABLES[field], gone[field]);
    const client = as(service, tenant.admin);

    const bodies = new Set<string>();
    for (const id of [newId(), foreign[field], gone[field]]) {
      for (const language of ['en', 'fr'] as const) {
        const rest = await sendRest(client, namedWith(scene, field, id), language);
        expect([outcomeOf(rest), problemIn(rest).detail]).toEqual(['404 NOT_FOUND', SENTENCES[field][language]]);
        bodies.add(rest.text.replace(/"request_id":"[^"]+"/, ''));
        const graphql = graphqlIn(await sendGraphql(client, namedWith(scene, field, id), language));
        expect(graphql).toMatchObject({
          data: { createActivity: null },
          errors: [
            { message: SENTENCES[field][language], path: ['createActivity'], extensions: { code: 'NOT_FOUND' } },
          ],
        });
      }
    }

    expect(bodies.size).toBe(2);
    expect(await countOfActivities(service, tenant)).toBe(0);
  });

  test.each([
    ['opportunityId', 'othersOpportunityId', 'opportunity_id'],
    ['contactId', 'othersContactId', 'contact_id'],
  ] as const)("%s of another customer of the tenant's is a 422 that names it", async (field, others, restName) => {
    const tenant = await service.aTenant();
    const scene = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const named = namedWith(scene, field, scene[others]);

    const rest = await sendRest(client, named);
    const graphql = graphqlIn(await sendGraphql(client, named));

    expect(outcomeOf(rest)).toBe('422 VALIDATION_FAILED');
    expect(wrongFieldsOf(rest)).toEqual([`/${restName} OTHER_CUSTOMER`]);
    expect(graphql.errors?.[0]?.extensions).toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: [{ path: [field], code: 'OTHER_CUSTOMER' }],
    });
    expect(await countOfActivities(service, tenant)).toBe(0);
  });

  test('both of another customer are named at once', async () => {
    const tenant = await service.aTenant();
    const { customerId, othersOpportunityId, othersContactId } = await aScene(service, tenant);

    const named = { customerId, opportunityId: othersOpportunityId, contactId: othersContactId };
    const answer = await sendRest(as(service, tenant.admin), named);

    expect(wrongFieldsOf(answer)).toEqual(['/opportunity_id OTHER_CUSTOMER', '/contact_id OTHER_CUSTOMER']);
  });

  test('an opportunity of another customer that is deleted as well is not found', async () => {
    const tenant = await service.aTenant();
    const { customerId, othersOpportunityId } = await aScene(service, tenant);
    await hide(service, 'opportunities', othersOpportunityId);

    const answer = await sendRest(as(service, tenant.admin), { customerId, opportunityId: othersOpportunityId });

    expect(outcomeOf(answer)).toBe('404 NOT_FOUND');
  });

  test('may come in capital letters', async () => {
    const tenant = await service.aTenant();
    const { customerId, opportunityId, contactId } = await aScene(service, tenant);

    const answer = await sendRest(as(service, tenant.admin), {
      customerId: customerId.toUpperCase(),
      opportunityId: opportunityId.toUpperCase(),
      contactId: contactId.toUpperCase(),
    });

    expect(answer).toMatchObject({
      status: 201,
      body: { customer_id: customerId, opportunity_id: opportunityId, contact_id: contactId },
    });
  });

  testOnOneNode.each(['opportunity', 'contact'] as const)(
    "the database rejects another customer's %s too",
    async (kind) => {
      const tenant = await service.aTenant();
      const scene = await aScene(service, tenant);
      const created = await sendRest(as(service, tenant.admin), scene);
      const other = kind === 'opportunity' ? scene.othersOpportunityId : scene.othersContactId;

      const update = service.ask(`UPDATE activities SET ${kind}_id = $2 WHERE id = $1`, [
        activityIn(created).id,
        other,
      ]);

      await expect(update).rejects.toMatchObject({ constraint: `activities_${kind}` });
    },
  );
});

describe('a customer who is being deleted', () => {
  test('takes no new activity: the creation waits, and then finds no customer', async () => {
    const tenant = await service.aTenant();
    const { customerId } = await aScene(service, tenant);
    const client = as(service, tenant.admin);
    const deleter = new pg.Client({ connectionString: service.test.superuserUrl });
    await deleter.connect();
    await deleter.query('BEGIN');
    await deleter.query('UPDATE customers SET deleted_at = now() WHERE id = $1', [customerId]);

    let isAnswered = false;
    const creation = sendRest(client, { customerId }).finally(() => (isAnswered = true));
    await sleep(300);
    const wasAnswered = isAnswered;
    await deleter.query('COMMIT');
    await deleter.end();

    expect([wasAnswered, outcomeOf(await creation)]).toEqual([false, '404 NOT_FOUND']);
    expect(await countOfActivities(service, tenant)).toBe(0);
  });
});
