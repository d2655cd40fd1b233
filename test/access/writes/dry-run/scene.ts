/** A tenant with a few records of every record type, close to its limits, for changes as chance has them. */
import { as, type Answer } from '../../../support/client.js';
import { PASSWORD, type TestService, type TestTenant } from '../../../support/service.js';

const LIMITS = { limit_customers: 6, limit_active_opportunities: 6, limit_contacts_per_customer: 3 };

export interface Scene {
  readonly tenant: TestTenant;
  /** By the record type. */
  readonly ids: Map<string, string[]>;
}

/** A record as REST answers it. */
export function recordIn({ body }: Answer): { readonly id: string; readonly is_primary?: boolean } {
  return body as { readonly id: string };
}

export async function aScene(service: TestService): Promise<Scene> {
  const tenant = await service.aTenant(LIMITS);
  const client = as(service, tenant.admin);
  const post = async (path: string, body: object): Promise<string> => recordIn(await client.post(path, body)).id;
  // Not those who act: they would sign themselves out.
  const people = ['user', 'manager'].map((role) =>
    post('/v1/users', { email: `${role}@essai.example`, full_name: role, role, password: PASSWORD }),
  );
  const types = ['PROSPECT', 'LEAD', 'CUSTOMER'];
  const customers = await Promise.all(types.map((type) => post('/v1/commercial/customers', { name: type, type })));
  const ofEach = (path: string, fields: object): Promise<string[]> =>
    Promise.all(customers.map((customer_id) => post(`/v1/commercial/${path}`, { customer_id, ...fields })));
  const ids = new Map<string, string[]>([
    ['user', await Promise.all(people)],
    ['customer', customers],
    ['contact', await ofEach('contacts', { first_name: 'A', last_name: 'B', is_primary: true })],
    ['opportunity', await ofEach('opportunities', { name: 'Affaire' })],
    ['apiKey', [await post('/v1/api-keys', { name: 'Clé' }), await post('/v1/api-keys', { name: 'Autre' })]],
    [
      'identityProvider',
      [await post('/v1/identity-providers', { issuer: 'https://essai.example', audience: ['crm'] })],
    ],
    ['activity', await ofEach('activities', { type: 'CALL', subject: 'Appel' })],
  ]);
  return { tenant, ids };
}
