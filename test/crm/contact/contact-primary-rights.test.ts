/** Losing the place of the main contact is a change of that contact: whoever takes it needs the right to both. */
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { digestTenant } from '../../contract/surface/target.js';
import { aCustomer, eventsOf, graphqlIn, problemIn, type CustomerJson } from '../customer/customer-support.js';
import { aContact, contactAddress, CONTACTS, primariesOf, type ContactJson } from './contact-support.js';

const service = useOwnService();

interface Scene {
  readonly customer: CustomerJson;
  readonly primary: ContactJson;
  /** The user's own, at the same customer. */
  readonly own: ContactJson;
}

const PRIMARY = { last_name: 'Premier', is_primary: true };

/** A customer of somebody else with a main contact of somebody else, and a contact that the user may change. */
async function aScene({ admin, user }: TestTenant): Promise<Scene> {
  const customer = await aCustomer(as(service, admin));
  const primary = await aContact(as(service, admin), customer, PRIMARY);
  return { customer, primary, own: await aContact(as(service, user), customer) };
}

type Take = (client: Client, scene: Pick<Scene, 'customer' | 'own'>, language?: string) => Promise<Answer>;

const sayIn = (language: string): Record<string, string> => ({ 'accept-language': language });
const CREATE = `mutation ($id: ID!) {
  createContact(input: { customerId: $id, firstName: "A", lastName: "B", isPrimary: true }) { contact { id } } }`;
const UPDATE = 'mutation ($id: ID!) { updateContact(id: $id, input: { isPrimary: true }) { contact { id } } }';

/** Every operation that makes a contact the main one. Restoring does so only where there is no other. */
const WAYS: readonly (readonly [string, Take])[] = [
  [
    'POST',
    (client, { customer }, language = 'en') =>
      client.post(
        CONTACTS,
        { customer_id: customer.id, first_name: 'A', last_name: 'B', is_primary: true },
        sayIn(language),
      ),
  ],
  ['PUT', (client, { own }, language = 'en') => client.put(contactAddress(own), { is_primary: true }, sayIn(language))],
  [
    'PATCH',
    (client, { own }, language = 'en') =>
      client.request('PATCH', contactAddress(own), { is_primary: true }, sayIn(language)),
  ],
  [
    'createContact',
    (client, { customer }, language = 'en') => client.graphql(CREATE, { id: customer.id }, sayIn(language)),
  ],
  ['updateContact', (client, { own }, language = 'en') => client.graphql(UPDATE, { id: own.id }, sayIn(language))],
];

interface Rejection {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly details: unknown;
}

function rejectionIn(answer: Answer): Rejection {
  const error = graphqlIn(answer).errors?.[0];
  if (error) return { code: error.extensions.code, message: error.message, details: error.extensions.details };
  const { code, detail, details } = problemIn(answer);
  return { code, message: detail, details };
}

describe.each(WAYS)('%s', (_name, take) => {
  test.each([
    ['en', 'The current main contact is not one of your own records: you cannot replace it.'],
    ['fr', "Le contact principal actuel n'est pas une de vos fiches : vous ne pouvez pas prendre sa place."],
  ])("does not take the place of somebody else's main contact, in %s", async (language, message) => {
    const tenant = await service.aTenant();
    const scene = await aScene(tenant);
    const before = await digestTenant(service, tenant.id, 'without trail');

    const answer = await take(as(service, tenant.user), scene, language);

    const details = { permission: 'contact:update', contact_id: scene.primary.id };
    expect(rejectionIn(answer)).toEqual({ code: 'FORBIDDEN', message, details });
    expect(await digestTenant(service, tenant.id, 'without trail')).toBe(before);
    expect(await eventsOf(service, tenant)).toMatchObject([
      ...Array<object>(3).fill({ success: true }),
      {
        action: 'access.denied',
        user_id: tenant.user.id,
        entity_type: 'contact',
        entity_id: scene.primary.id,
        description: 'contact:update',
      },
    ]);
  });

  test.each<readonly [string, (tenant: TestTenant, client: Client) => Promise<Omit<Scene, 'primary'>>]>([
    [
      'which they created at a customer of somebody else',
      async ({ admin, user }) => {
        const customer = await aCustomer(as(service, admin));
        await aContact(as(service, user), customer, PRIMARY);
        return { customer, own: await aContact(as(service, user), customer) };
      },
    ],
    [
      'of a customer of their own',
      async ({ admin, user }) => {
        const customer = await aCustomer(as(service, admin), { assigned_to: user.id });
        await aContact(as(service, admin), customer, PRIMARY);
        return { customer, own: await aContact(as(service, admin), customer) };
      },
    ],
    [
      'that was deleted',
      async (tenant) => {
        const scene = await aScene(tenant);
        await as(service, tenant.admin).delete(contactAddress(scene.primary));
        return scene;
      },
    ],
  ])('lets a user take the place of a main contact %s', async (_how, make) => {
    const tenant = await service.aTenant();
    const client = as(service, tenant.user);
    const scene = await make(tenant, client);

    const answer = await take(client, scene);

    expect([answer.status < 300, graphqlIn(answer).errors]).toEqual([true, undefined]);
    expect(await primariesOf(service, scene.customer)).toHaveLength(1);
  });

  test('lets a manager replace any', async () => {
    const tenant = await service.aTenant();
    const scene = await aScene(tenant);

    await take(as(service, tenant.manager), scene);

    expect(await primariesOf(service, scene.customer)).not.toContain(scene.primary.id);
  });
});

test('the rejection stands in the history of the contact that was to be replaced', async () => {
  const tenant = await service.aTenant();
  const scene = await aScene(tenant);
  await as(service, tenant.user).put(contactAddress(scene.own), { is_primary: true });

  const history = 'query ($id: ID!) { contact(id: $id) { history { nodes { action success } } } }';
  const of = async ({ id }: ContactJson): Promise<unknown> => {
    const { data } = (await as(service, tenant.admin).graphql(history, { id })).body as {
      data: { contact: { history: { nodes: object[] } } };
    };
    return data.contact.history.nodes;
  };

  expect(await of(scene.primary)).toMatchObject([{ action: 'access.denied', success: false }, {}]);
  expect(await of(scene.own)).toHaveLength(1);
});

test('a user may still change their contact at a customer with a main contact of somebody else', async () => {
  const tenant = await service.aTenant();
  const { own, primary, customer } = await aScene(tenant);
  const client = as(service, tenant.user);

  expect((await client.put(contactAddress(own), { is_primary: false, title: 'Mme' })).status).toBe(200);
  expect((await client.put(contactAddress(own), { title: 'M.' })).status).toBe(200);
  expect(await primariesOf(service, customer)).toEqual([primary.id]);
});
