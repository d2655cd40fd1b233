import { newId } from '../../../src/platform/values/ids.js';
import { makeTarget, type Target } from '../../contract/surface/target.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { watchStatements } from '../../support/statements.js';
import { graphqlIn, graphqlOutcomeOf } from '../customer/customer-support.js';

const service = useOwnService();
let tenant: TestTenant;
let target: Target;

beforeAll(async () => {
  tenant = await service.aTenant();
  target = await makeTarget(service, tenant);
  await as(service, tenant.readonly).graphql('{ viewer { user { id } } }');
});

const NAMES = `__typename id
  ... on Customer { name code }
  ... on Contact { lastName customer { name } }
  ... on Opportunity { name amount }
  ... on Activity { subject contact { lastName } }
  ... on User { fullName }`;

interface NodeJson {
  readonly __typename: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

const ask = (query: string, variables: object = {}): Promise<Answer> =>
  as(service, tenant.readonly).graphql(query, variables);

async function nodesOf(ids: readonly string[], selection = NAMES): Promise<readonly (NodeJson | null)[]> {
  const answer = await ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { ${selection} } }`, { ids });
  const nodes = graphqlIn<{ nodes: readonly (NodeJson | null)[] }>(answer).data?.nodes;
  if (!nodes) throw new Error(answer.text);
  return nodes;
}

/** The statements of each message, one message for each round trip. */
async function sentBy(request: () => Promise<unknown>): Promise<readonly (readonly string[])[]> {
  const watch = watchStatements();
  await request();
  watch.stop();
  return watch.messages.map(({ texts }) => texts);
}

describe('node', () => {
  const types = (): [string, object][] => [
    [target.customerId, { __typename: 'Customer', name: `Client ${target.customerId}`, code: target.code }],
    [
      target.contactId,
      {
        __typename: 'Contact',
        lastName: `Contact ${target.contactId}`,
        customer: { name: `Client ${target.customerId}` },
      },
    ],
    [target.opportunityId, { __typename: 'Opportunity', name: `Affaire ${target.opportunityId}`, amount: '50000.00' }],
    [
      target.activityId,
      {
        __typename: 'Activity',
        subject: `Appel ${target.activityId}`,
        contact: { lastName: `Contact ${target.contactId}` },
      },
    ],
    [target.userId, { __typename: 'User', fullName: `Personne ${target.userId}` }],
  ];

  test('is a record of any type, or a user, with what is selected of that type', async () => {
    for (const [id, expected] of types()) {
      const answer = await ask(`query ($id: ID!) { node(id: $id) { ${NAMES} } }`, { id });

      expect(graphqlIn(answer)).toEqual({ data: { node: { id, ...expected } } });
    }
  });

  test('takes an id in capitals, and has an id and a type when nothing else is asked', async () => {
    const answer = await ask('query ($id: ID!) { node(id: $id) { __typename id } }', {
      id: target.activityId.toUpperCase(),
    });

    expect(graphqlIn(answer).data).toEqual({ node: { __typename: 'Activity', id: target.activityId } });
  });

  test('knows the fields of fragments by name, in fragments on Node, and under other names', async () => {
    const answer = await ask(
      `query ($id: ID!) { node(id: $id) { ...all } }
      fragment all on Node { ... on Node { ...customer ... on Opportunity { title: name } } }
      fragment customer on Customer { name since: createdAt ... { town: city } }`,
      { id: target.opportunityId },
    );

    expect(graphqlIn(answer).data).toEqual({ node: { title: `Affaire ${target.opportunityId}` } });
  });

  test('is null for what is unknown, deleted, or another company’s', async () => {
    const foreign = await makeTarget(service, await service.aTenant());
    const ids = [
      newId(),
      ...[target.deletedId, target.deletedContactId, target.deletedOpportunityId, target.deletedActivityId],
      ...[foreign.customerId, foreign.contactId, foreign.opportunityId, foreign.activityId, foreign.userId],
    ];
    const bodies: unknown[] = [];
    for (const id of ids)
      bodies.push((await ask(`query ($id: ID!) { node(id: $id) { ${NAMES} } }`, { id })).body as unknown);

    expect(bodies).toEqual(ids.map(() => ({ data: { node: null } })));
    expect(await nodesOf(ids)).toEqual(ids.map(() => null));
  });

  test('rejects what is no id, before it reads anything', async () => {
    const sent = await sentBy(async () => {
      expect(graphqlIn(await ask('{ node(id: "C-1") { id } }')).errors?.[0]).toMatchObject({
        extensions: { code: 'VALIDATION_FAILED', fields: [{ path: ['id'], code: 'INVALID_UUID' }] },
      });
      const answer = await ask(`{ nodes(ids: ["${target.customerId}", "C-1"]) { id } }`);
      expect(graphqlIn(answer).errors?.[0]?.extensions.fields).toMatchObject([{ path: ['ids', '1'] }]);
    });

    expect(sent).toEqual([]);
  });

  test('reads of each type what its fragment selects and nothing else', async () => {
    const [statements = []] = await sentBy(() =>
      ask('query ($id: ID!) { node(id: $id) { ... on Customer { city } ... on Opportunity { notes } } }', {
        id: target.customerId,
      }),
    );

    expect(statements.map((text) => /SELECT (.*?) FROM (\w+)/.exec(text)?.slice(1).join(' of '))).toEqual([
      'c.id, c.city of customers',
      'k.id of contacts',
      'o.id, o.notes of opportunities',
      'a.id of activities',
    ]);
  });
});

describe('a transition and an audit event', () => {
  const idsIn = async (client: Client): Promise<{ transition: string; event: string }> => {
    const answer = await client.graphql(
      `query ($id: ID!) { opportunity(id: $id) { transitions { nodes { id toStatus } } }
        auditEvents(filter: { entityId: { eq: "${target.customerId}" } }) { nodes { id } } }`,
      { id: target.opportunityId },
    );
    const data = graphqlIn<{
      opportunity: { transitions: { nodes: readonly { id: string }[] } };
      auditEvents: { nodes: readonly { id: string }[] };
    }>(answer).data;
    return {
      transition: data?.opportunity.transitions.nodes[0]?.id ?? '',
      event: data?.auditEvents.nodes[0]?.id ?? '',
    };
  };
  const QUERY = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on OpportunityTransition { toStatus changedBy { id } }
    ... on AuditEvent { action changes { field after } actor { id } } } }`;

  test('are found by their ids, the event by whoever may read the log', async () => {
    const { transition, event } = await idsIn(as(service, tenant.admin));
    expect(event).toBe(target.auditEventId);
    const found = {
      transition: {
        __typename: 'OpportunityTransition',
        id: transition,
        toStatus: 'NEW',
        changedBy: { id: target.userId },
      },
      event: {
        ...{ __typename: 'AuditEvent', id: event, action: 'customer.created', actor: { id: target.userId } },
        changes: [{ field: 'name', after: `Client ${target.customerId}` }],
      },
    };
    const asked = async (client: Client): Promise<unknown> =>
      graphqlIn<{ nodes: unknown }>(await client.graphql(QUERY, { ids: [transition, event] })).data?.nodes;

    expect(await asked(as(service, tenant.manager))).toEqual([found.transition, found.event]);
    expect(await asked(as(service, tenant.readonly))).toEqual([found.transition, null]);
    expect(await asked(as(service, (await service.aTenant()).admin))).toEqual([null, null]);
  });

  test('are one statement each beside that for users, however many they are', async () => {
    const client = as(service, tenant.admin);
    const { transition, event } = await idsIn(client);
    const tripsOf = async (ids: readonly string[]): Promise<number[]> =>
      (await sentBy(() => client.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }))).map(
        ({ length }) => length,
      );

    expect(await tripsOf([transition, event, target.userId, newId(), newId()])).toEqual([4, 3]);
  });

  test('the transition of an opportunity that is deleted is gone with it', async () => {
    const client = as(service, tenant.admin);
    const gone = await makeTarget(service, tenant);
    const [{ id } = { id: '' }] = await service.ask<{ id: string }>(
      'SELECT id FROM opportunity_transitions WHERE opportunity_id = $1',
      [gone.deletedOpportunityId],
    );

    expect(graphqlIn(await client.graphql(QUERY, { ids: [id] })).data).toEqual({ nodes: [null] });
  });
});

describe('nodes', () => {
  test('keeps the order, repetitions included, and puts null where there is nothing', async () => {
    const nobody = newId();
    const ids = [target.userId, target.activityId, nobody, target.customerId, target.activityId, target.contactId];

    expect((await nodesOf(ids)).map((node) => node && [node.__typename, node.id])).toEqual([
      ['User', target.userId],
      ['Activity', target.activityId],
      null,
      ['Customer', target.customerId],
      ['Activity', target.activityId],
      ['Contact', target.contactId],
    ]);
    expect(await nodesOf([])).toEqual([]);
  });

  test('is one statement for each type of record in one round trip, and two in another for other ids, however many there are', async () => {
    const more = await Promise.all(Array.from({ length: 8 }, () => makeTarget(service, tenant)));
    const records = (one: Target): string[] => [one.customerId, one.contactId, one.opportunityId, one.activityId];
    const selection = '... on Customer { name } ... on Activity { subject }';
    const tripsOf = async (ids: readonly string[]): Promise<number[]> =>
      (await sentBy(() => nodesOf(ids, selection))).map(({ length }) => length);

    // Users, and transitions of opportunities; audit events only for whoever may read them.
    expect(await tripsOf(records(target).slice(0, 1))).toEqual([4]);
    expect(await tripsOf([target, ...more].flatMap(records))).toEqual([4]);
    expect(await tripsOf([target, ...more].flatMap((one) => [...records(one), one.userId]))).toEqual([4, 2]);
  });

  test('takes a hundred ids and rejects more, before it reads anything', async () => {
    expect(await nodesOf(Array.from({ length: 100 }, newId), 'id')).toHaveLength(100);

    const sent = await sentBy(async () => {
      const ids = Array.from({ length: 101 }, newId);
      const answer = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
      expect(graphqlOutcomeOf(answer)).toBe('BAD_USER_INPUT');
    });
    expect(sent).toEqual([]);
  });

  test('costs one for each id with all that any type might hold, and never more than announced', async () => {
    const ids = [target.customerId, target.contactId, target.opportunityId, newId()];
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Contact { customer { name } }
      ... on Opportunity { customer { name } viewerCan { update { allowed } } } ... on Customer { contacts(first: 5) { nodes { id } } } } }`;
    const answer = await as(service, tenant.admin).graphql(query, { ids }, { 'x-cost': '1' });
    const { cost } = (answer.body as { extensions: { cost: { requested: number; actual: number } } }).extensions;

    // Each id: itself, two customers, one check below `viewerCan`, a page of five.
    expect(cost.requested).toBe(ids.length * (1 + 1 + 1 + 2 + 6));
    expect(cost.actual).toBeLessThanOrEqual(cost.requested);
    expect(cost.actual).toBeGreaterThanOrEqual(ids.length - 1);
  });

  test('is too expensive when each of a hundred may hold a hundred', async () => {
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { activities(first: 100) { nodes { id } } } } }`;
    const sent = await sentBy(async () => {
      const answer = await ask(query, { ids: Array.from({ length: 100 }, newId) });
      expect([answer.status, graphqlOutcomeOf(answer)]).toEqual([400, 'QUERY_TOO_COMPLEX']);
    });

    expect(sent).toEqual([]);
  });
});
