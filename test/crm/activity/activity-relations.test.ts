import { as, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { ACTIVITIES, activityAddress, anActivity, aScene, hide, type Scene } from './activity-support.js';
import { graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';

const service = useService();

interface Place extends Scene {
  readonly tenant: TestTenant;
  readonly client: Client;
}

async function aPlace(): Promise<Place> {
  const tenant = await service.aTenant();
  return { ...(await aScene(service, tenant)), tenant, client: as(service, tenant.admin) };
}

const PARENTS = ['customer', 'opportunity', 'contact'] as const;

describe.each(PARENTS)('the activities of a %s', (parent) => {
  const LIST = `query ($id: ID!, $first: Int, $after: String, $filter: ActivityFilter, $search: String, $orderBy: [ActivityOrder!]) {
    ${parent}(id: $id) { activities(first: $first, after: $after, filter: $filter, search: $search, orderBy: $orderBy) {
      totalCount nodes { subject } pageInfo { hasNextPage endCursor } } } }`;

  interface Page {
    readonly totalCount: number;
    readonly nodes: readonly { readonly subject: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  }

  async function read(client: Client, variables: object): Promise<Page> {
    const answer = await client.graphql(LIST, variables);
    const page = graphqlIn<Record<string, { activities: Page } | null>>(answer).data?.[parent]?.activities;
    if (!page) throw new Error(answer.text);
    return page;
  }

  async function aFilled(): Promise<{ place: Place; id: string }> {
    const place = await aPlace();
    const references = { opportunity_id: place.opportunityId, contact_id: place.contactId };
    for (const day of [1, 2, 2, 2, 3]) {
      await anActivity(place.client, place.customerId, {
        ...references,
        subject: `Jour ${day}`,
        type: day === 2 ? 'TASK' : 'CALL',
        date: `2026-01-0${day}T00:00:00Z`,
      });
    }
    const deleted = await anActivity(place.client, place.customerId, { ...references, subject: 'Absente' });
    await place.client.delete(activityAddress(deleted));
    await anActivity(place.client, place.otherCustomerId, {
      opportunity_id: place.othersOpportunityId,
      contact_id: place.othersContactId,
      subject: 'Autre',
    });
    return { place, id: place[`${parent}Id`] };
  }

  test('are its own, newest first, and what the arguments say of them', async () => {
    const { place, id } = await aFilled();
    const subjects = async (variables: object): Promise<string[]> =>
      (await read(place.client, { id, ...variables })).nodes.map(({ subject }) => subject.replace('Jour ', ''));

    expect(await subjects({})).toEqual(['3', '2', '2', '2', '1']);
    expect(await subjects({ orderBy: [{ field: 'DATE' }], first: 2 })).toEqual(['1', '2']);
    expect(await subjects({ filter: { type: { eq: 'CALL' } } })).toEqual(['3', '1']);
    expect(await subjects({ search: 'jour 2' })).toEqual(['2', '2', '2']);
    expect((await read(place.client, { id, first: 0 })).totalCount).toBe(5);
  });

  test('are met once each by a walk over equal dates, whose cursors fit no other list', async () => {
    const { place, id } = await aFilled();
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; pages < 9; pages += 1) {
      const page: Page = await read(place.client, { id, first: 2, after });
      seen.push(...page.nodes.map(({ subject }) => subject));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(['Jour 3', 'Jour 2', 'Jour 2', 'Jour 2', 'Jour 1']);

    const elsewhere = `{ activities(after: "${after ?? ''}") { totalCount } }`;
    expect(graphqlOutcomeOf(await place.client.graphql(elsewhere))).toBe('INVALID_CURSOR');
  });

  test('come with one statement, and one more for their totals, however many parents there are', async () => {
    const { place } = await aFilled();
    const many = { customer: 'customers', opportunity: 'opportunities', contact: 'contacts' }[parent];
    const query = `{ ${many}(first: 50) { nodes { id activities(first: 3) { totalCount nodes { subject } } } } }`;
    const count = async (): Promise<number> => {
      const watch = watchStatements();
      const answer = await place.client.graphql(query);
      watch.stop();
      expect(graphqlOutcomeOf(answer)).toBe('OK');
      return watch.messages.flatMap(({ texts }) => texts).length;
    };

    await place.client.graphql('{ viewer { user { id } } }');
    const few = await count();
    for (let more = 0; more < 5; more += 1) {
      const scene = await aScene(service, place.tenant);
      await anActivity(place.client, scene.customerId, {
        opportunity_id: scene.opportunityId,
        contact_id: scene.contactId,
      });
    }
    expect([few, await count()]).toEqual([3, 3]);
  });
});

describe('what an activity is about', () => {
  const READ = `query ($id: ID!) { activity(id: $id) { customer { name } opportunity { name } contact { lastName } } }`;

  test('is there while it lives; of what is deleted REST keeps the id and GraphQL says null', async () => {
    const { client, customerId, opportunityId, contactId } = await aPlace();
    const created = await anActivity(client, customerId, { opportunity_id: opportunityId, contact_id: contactId });
    const { id } = created;
    const customer = { name: 'Dupont SA' };

    expect((await client.graphql(READ, { id })).body).toEqual({
      data: { activity: { customer, opportunity: { name: 'Projet ERP' }, contact: { lastName: 'Curie' } } },
    });
    await hide(service, 'opportunities', opportunityId);
    await hide(service, 'contacts', contactId);

    expect((await client.graphql(READ, { id })).body).toEqual({
      data: { activity: { customer, opportunity: null, contact: null } },
    });
    expect(await client.get(activityAddress(created))).toMatchObject({
      body: { opportunity_id: opportunityId, contact_id: contactId },
    });
  });

  test('may be nothing but a customer, and comes with a creation as well', async () => {
    const { client, customerId } = await aPlace();

    const answer = await client.graphql(
      `mutation ($input: CreateActivityInput!) { createActivity(input: $input) { activity { customer { name } opportunity { name } contact { lastName } } } }`,
      { input: { customerId, type: 'CALL', subject: 'X' } },
    );

    expect(answer.body).toEqual({
      data: { createActivity: { activity: { customer: { name: 'Dupont SA' }, opportunity: null, contact: null } } },
    });
  });

  test('comes with one statement each for fifty activities', async () => {
    const { client, customerId, opportunityId, contactId } = await aPlace();
    for (let made = 0; made < 6; made += 1) {
      await anActivity(client, customerId, { opportunity_id: opportunityId, contact_id: contactId });
    }
    const watch = watchStatements();
    const answer = await client.graphql(
      '{ activities(first: 50) { nodes { customer { name } opportunity { name } contact { lastName } createdBy { fullName } } } }',
    );
    watch.stop();

    expect(graphqlOutcomeOf(answer)).toBe('OK');
    expect(watch.messages.flatMap(({ texts }) => texts)).toHaveLength(5);
  });
});

describe('a creation', () => {
  const countMessages = async (send: () => Promise<{ readonly status: number }>): Promise<number> => {
    const watch = watchStatements();
    const { status } = await send();
    watch.stop();
    expect(status).toBeLessThan(300);
    return watch.messages.length;
  };

  test('is one message to the database, whatever it refers to, and one more for who is responsible', async () => {
    const { client, tenant, customerId: customer_id, opportunityId, contactId } = await aPlace();
    const body = { customer_id, type: 'CALL', subject: 'X' };
    await client.get(ACTIVITIES);

    expect(await countMessages(() => client.post(ACTIVITIES, body))).toBe(1);
    const references = { opportunity_id: opportunityId, contact_id: contactId };
    expect(await countMessages(() => client.post(ACTIVITIES, { ...body, ...references }))).toBe(1);
    expect(await countMessages(() => client.post(ACTIVITIES, { ...body, assigned_to: tenant.user.id }))).toBe(2);
    const input = { customerId: customer_id, type: 'CALL', subject: 'X' };
    const document =
      'mutation ($input: CreateActivityInput!) { createActivity(input: $input) { activity { id date } } }';
    expect(await countMessages(() => client.graphql(document, { input }))).toBe(1);
  });
});
