/** One type for whoever is a user: what everybody sees of somebody, what only admins and the user themselves see, and the latest sign-in. */
import { getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { makeTarget, type Target } from '../contract/surface/target.js';
import { ask, bodyOf, textOf } from './replies.js';
import { as, type Answer } from '../support/client.js';
import { PASSWORD, type TestTenant, type TestUser } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { watchStatements } from '../support/statements.js';

const service = useOwnService();

type Person = Readonly<Record<string, unknown>>;

const RESTRICTED = ['email', 'role', 'isActive', 'version', 'createdAt', 'updatedAt', 'lastSignInAt'];
const WHOLE = `{ id fullName kind ${RESTRICTED.join(' ')} }`;

/** Every field that leads to users, and a document that goes there: as whoever may. */
const PATHS: Readonly<Record<string, (target: Target) => string>> = {
  'Customer.assignedTo': ({ customerId }) => `{ customer(id: "${customerId}") { assignedTo ${WHOLE} } }`,
  'Customer.createdBy': ({ customerId }) => `{ customer(id: "${customerId}") { createdBy ${WHOLE} } }`,
  'Contact.createdBy': ({ contactId }) => `{ contact(id: "${contactId}") { createdBy ${WHOLE} } }`,
  'Opportunity.assignedTo': ({ opportunityId }) => `{ opportunity(id: "${opportunityId}") { assignedTo ${WHOLE} } }`,
  'Opportunity.createdBy': ({ opportunityId }) => `{ opportunity(id: "${opportunityId}") { createdBy ${WHOLE} } }`,
  'OpportunityTransition.changedBy': ({ opportunityId }) =>
    `{ opportunity(id: "${opportunityId}") { transitions { nodes { changedBy ${WHOLE} } } } }`,
  'Activity.assignedTo': ({ activityId }) => `{ activity(id: "${activityId}") { assignedTo ${WHOLE} } }`,
  'Activity.createdBy': ({ activityId }) => `{ activity(id: "${activityId}") { createdBy ${WHOLE} } }`,
  'PipelineGroupTotal.owner': () => `{ pipeline(groupBy: OWNER) { owner ${WHOLE} } }`,
  'AuditEvent.actor': () => `{ auditEvents { nodes { actor ${WHOLE} } } }`,
  'Query.node': ({ userId }) => `{ node(id: "${userId}") { ... on User ${WHOLE} } }`,
  'Query.nodes': ({ userId }) => `{ nodes(ids: ["${userId}"]) { ... on User ${WHOLE} } }`,
};
/** Those whose user is the caller, or whose caller is an admin. */
const OWN_OR_ADMINS = [
  'ApiKey.createdBy',
  'ApiKey.user',
  'IdentityProvider.createdBy',
  'Session.user',
  'UserConnection.nodes',
  'UserEdge.node',
  'Viewer.user',
];
/** Of the interface: records that are no users have fields of their own for whoever they name. */
const OF_ANY_RECORD = ['Change.record', 'SearchHit.record'];

/** The users anywhere in an answer. */
function peopleIn(value: unknown): Person[] {
  if (Array.isArray(value)) return value.flatMap(peopleIn);
  if (typeof value !== 'object' || value === null) return [];
  return 'fullName' in value ? [value] : Object.values(value).flatMap(peopleIn);
}

function seen(people: readonly Person[]): string[] {
  return [...new Set(people.flatMap((one) => RESTRICTED.filter((field) => (one[field] ?? null) !== null)))];
}

async function aPlace(owner: (tenant: TestTenant) => TestUser | undefined): Promise<[TestTenant, Target]> {
  const tenant = await service.aTenant();
  const id = owner(tenant)?.id;
  const owners = id === undefined ? {} : { createdBy: id, assignedTo: id };
  const target = await makeTarget(service, tenant, { customer: owners, children: owners });
  if (id === undefined)
    for (const table of ['customers', 'opportunities', 'activities'])
      await service.ask(`UPDATE ${table} SET assigned_to = $2 WHERE tenant_id = $1`, [tenant.id, target.userId]);
  return [tenant, target];
}

test('every field that leads to a user is known here', () => {
  const schema = buildGraphqlSchema();
  const node = schema.getType('Node');
  const leading = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter(({ name }) => name !== 'Mutation' && !name.endsWith('Payload'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ name: type.name, field })))
    .filter(({ field }) => getNamedType(field.type).name === 'User' || getNamedType(field.type) === node)
    .map(({ name, field }) => `${name}.${field.name}`);

  expect(leading.sort()).toEqual([...Object.keys(PATHS), ...OWN_OR_ADMINS, ...OF_ANY_RECORD].sort());
});

describe('somebody else', () => {
  let tenant: TestTenant;
  let target: Target;

  beforeAll(async () => {
    [tenant, target] = await aPlace(() => undefined);
    await as(service, tenant.admin).graphql(`mutation { winOpportunity(id: "${target.opportunityId}") { changed } }`);
    await service.ask('UPDATE opportunity_transitions SET changed_by = $2 WHERE tenant_id = $1', [
      tenant.id,
      target.userId,
    ]);
  });

  test.each(Object.keys(PATHS))('is id, name and kind to who manages no users: %s', async (path) => {
    const caller = path === 'AuditEvent.actor' ? tenant.manager : tenant.user;

    const { data } = await ask(as(service, caller), PATHS[path]?.(target) ?? '');

    const people = peopleIn(data).filter(({ id }) => id !== caller.id);
    expect(people.length).toBeGreaterThan(0);
    for (const one of people)
      expect([typeof one.id, typeof one.fullName, one.kind]).toEqual(['string', 'string', 'PERSON']);
    expect(seen(people)).toEqual([]);
  });

  test.each(Object.keys(PATHS))('is whole to an admin: %s', async (path) => {
    await service.ask('UPDATE users SET last_sign_in_at = now() WHERE tenant_id = $1', [tenant.id]);

    const { data } = await ask(as(service, tenant.admin), PATHS[path]?.(target) ?? '');

    const people = peopleIn(data);
    expect(people.length).toBeGreaterThan(0);
    expect(seen(people)).toEqual(RESTRICTED);
  });
});

test('everybody sees all of themselves, in the same document as a name of somebody else', async () => {
  const [tenant] = await aPlace(({ user }) => user);
  await service.ask('UPDATE customers SET created_by = $2 WHERE tenant_id = $1', [tenant.id, tenant.admin.id]);
  const { id, email } = tenant.user;
  const document = `{ customers { nodes { assignedTo ${WHOLE} createdBy ${WHOLE} } } node(id: "${id}") { ... on User ${WHOLE} } viewer { user ${WHOLE} } }`;

  const body = await ask(as(service, tenant.user), document);

  const own = { id, email, kind: 'PERSON', role: 'USER', isActive: true, version: 1, lastSignInAt: null };
  expect(body).toMatchObject({
    data: {
      customers: {
        nodes: [{ assignedTo: own, createdBy: { id: tenant.admin.id, email: null, role: null, version: null } }],
      },
      node: own,
      viewer: { user: own },
    },
  });
});

describe('what is read of users', () => {
  async function usersRead(document: string, caller: (tenant: TestTenant) => TestUser): Promise<string[]> {
    const [tenant] = await aPlace(({ user }) => user);
    const client = as(service, caller(tenant));
    await client.graphql('{ __typename }');
    const watch = watchStatements();
    const { errors } = await ask(client, document);
    watch.stop();
    expect(errors).toBeUndefined();
    return watch.messages.flatMap(({ texts }) => texts).filter((text) => /FROM users u\s+WHERE/.test(text));
  }

  test.each<[string, string, RegExp]>([
    [
      'names alone',
      '{ customers { nodes { assignedTo { id fullName kind } createdBy { fullName } } } }',
      /^((?!email).)*$/s,
    ],
    ['one name and one whole', '{ customers { nodes { assignedTo { email } createdBy { fullName } } } }', /u\.email/],
  ])('%s: one statement', async (_name, document, columns) => {
    const texts = await usersRead(document, ({ admin }) => admin);

    expect(texts).toEqual([expect.stringMatching(columns)]);
  });

  test('no more than the name where the caller may not see it', async () => {
    const texts = await usersRead('{ customers { nodes { createdBy { email } } } }', ({ readonly }) => readonly);

    expect(texts).toEqual([expect.stringMatching(/^((?!email).)*$/s)]);
  });
});

const A_DATE: unknown = expect.any(Date);
const A_TEXT: unknown = expect.any(String);

describe('the latest sign-in', () => {
  const stateOf = ({ tenantId, id }: TestUser): Promise<Person[]> =>
    service.ask(
      'SELECT last_sign_in_at AS at, updated_at AS updated, version FROM users WHERE tenant_id = $1 AND id = $2',
      [tenantId, id],
    );
  const signIn = ({ email, tenantId }: TestUser): Promise<Answer> =>
    as(service).post('/v1/auth/login', { email, password: PASSWORD, tenant_id: tenantId });

  test('is stamped with the session, which is no change of the user and takes no message more', async () => {
    const { admin, id } = await service.aTenant();
    const [before] = await stateOf(admin);
    const watch = watchStatements();

    const answer = await signIn(admin);

    watch.stop();
    const [after] = await stateOf(admin);
    const stamp = watch.messages.find(({ texts }) => texts.some((text) => text.startsWith('update users')));
    expect(answer.status).toBe(200);
    expect(before).toMatchObject({ at: null });
    expect(after).toEqual({ ...before, at: A_DATE });
    expect(stamp?.texts[0]).toMatch(/^insert into "sessions"/);
    expect(stamp?.texts.at(-1)).toBe('commit');
    expect(await service.ask('SELECT action FROM audit_events WHERE tenant_id = $1', [id])).toEqual([
      { action: 'auth.login' },
    ]);
  });

  test('is in the answer of the sign-in, stays when the session is refreshed or a password is wrong, and REST shows it', async () => {
    const { admin, id: tenantId } = await service.aTenant();
    const { data } = await ask(
      as(service),
      `mutation { login(email: "${admin.email}", password: "${PASSWORD}", tenantId: "${tenantId}") { refreshToken user ${WHOLE} } }`,
    );
    const { user, refreshToken } = data?.login ?? {};
    const [stamped] = await stateOf(admin);

    expect(seen([user ?? {}])).toEqual(RESTRICTED);
    expect(new Date(textOf(user?.lastSignInAt))).toEqual(stamped?.at);
    await as(service).post('/v1/auth/refresh', { refresh_token: refreshToken });
    await as(service).post('/v1/auth/login', { email: admin.email, password: 'tout-autre-chose', tenant_id: tenantId });
    expect(await stateOf(admin)).toEqual([stamped]);
    const rest = await as(service, admin).get(`/v1/users/${admin.id}`);
    expect(rest.body).toMatchObject({ last_sign_in_at: user?.lastSignInAt });
  });

  test('of many sign-ins at once is that of one of them: none waits for another for good', async () => {
    const { user } = await service.aTenant();

    const answers = await Promise.all([user, user, user].map(signIn));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('may be older in a record that a client sends back: its version is the same', async () => {
    const { admin, manager } = await service.aTenant();
    const client = as(service, admin);
    const address = `/v1/users/${manager.id}`;
    const read = await client.get(address);
    await signIn(manager);

    const changed = await client.put(address, { ...bodyOf(read), full_name: 'Autre Nom' }, { 'if-match': '"1"' });

    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ full_name: 'Autre Nom', version: 2, last_sign_in_at: A_TEXT });
  });
});
