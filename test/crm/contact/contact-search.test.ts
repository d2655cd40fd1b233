import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { aContact, contactAddress, CONTACTS, contactsIn } from './contact-support.js';
import { aCustomer, graphqlIn } from '../customer/customer-support.js';

const service = useOwnService();

const PEOPLE = [
  { first_name: 'François', last_name: 'Dupont', email: 'f.dupont@exemple.example', phone: '01 23 45 67 89' },
  { first_name: 'Jean', last_name: 'Dupont', email: 'A.B@Etoile.example', mobile: '+33 6 98 76 54 32' },
  { first_name: 'Zoë', last_name: 'Œuvre-Éclair', phone: '(0)1.23.45' },
  { first_name: 'Strauß', last_name: '100 % Laine', phone: 'voir accueil' },
  { first_name: 'Fin', last_name: 'Ale_x', email: 'deb@ut.example', notes: 'secret', job_title: 'Secret', title: 'Dr' },
];

async function aClient(): Promise<Client> {
  const client = as(service, (await service.aTenant()).admin);
  const customer = await aCustomer(client, { name: 'Client Introuvable' });
  for (const person of PEOPLE) await aContact(client, customer, person);
  return client;
}

/** The first names found, through four ways that must agree: REST, GraphQL, with a filter beside it, and in another order. */
async function namesFor(client: Client, search: string): Promise<string[]> {
  const query = encodeURIComponent(search);
  const ways = [
    await client.get(`${CONTACTS}?search=${query}`),
    await client.get(`${CONTACTS}?search=${query}&is_active=true&page_size=100`),
    await client.get(`${CONTACTS}?search=${query}&sort=-created_at`),
  ].map(contactsIn);
  const answer = await client.graphql(
    'query ($search: String) { contacts(search: $search) { totalCount nodes { firstName } } }',
    { search },
  );
  const { data } = graphqlIn<{ contacts: { totalCount: number; nodes: { firstName: string }[] } }>(answer);
  const names = data?.contacts.nodes.map(({ firstName }) => firstName).sort() ?? [];
  expect(data?.contacts.totalCount).toBe(names.length);
  for (const page of ways) {
    expect([page.items.map((item) => item.first_name).sort(), page.total]).toEqual([names, names.length]);
  }
  return names;
}

describe('search', () => {
  test.each([
    ['finds by last name', 'dupont', ['François', 'Jean']],
    ['finds "first last"', 'Jean Dupont', ['Jean']],
    ['finds "last first"', 'Dupont Jean', ['Jean']],
    ['finds both without accents', 'dupont francois', ['François']],
    ['finds accents that are not there', 'JÉAN', ['Jean']],
    ['finds accents written in two code points', 'Franc\u0327ois', ['François']],
    ['finds ligatures by their letters', 'oeuvre-eclair', ['Zoë']],
    ['finds ß by ss', 'strauss', ['Strauß']],
    ['finds part of an e-mail address, in any case', 'a.b@etoile', ['Jean']],
    ['takes % for itself', '100 %', ['Strauß']],
    ['takes _ for itself', 'e_', ['Fin']],
    ['takes a quote for itself', "'; DROP TABLE contacts; --", []],
    ['ignores blanks around it', '  francois  ', ['François']],
    ['does not run over from the names into the e-mail', 'findeb', []],
    ['does not look at notes, positions and forms of address', 'secret', []],
    ["does not look at the customer's name", 'introuvable', []],
  ])('%s: %p', async (_name, search, names) => {
    expect(await namesFor(await aClient(), search)).toEqual(names);
  });

  test.each([
    ['finds digits whatever stands between them', '0123456789', ['François']],
    ['finds digits whatever the caller puts between them', '23.45-67', ['François']],
    ['looks at the mobile too', '698765', ['Jean']],
    ['takes a plus and brackets for telephone characters', '+33 (6) 98', ['Jean']],
    ['finds three digits', '123', ['François', 'Zoë']],
    ['looks at no telephone for two digits', '23', []],
    ['looks at no telephone when a letter is among them', 'x123', []],
    ['does not run over from the telephone into the mobile', '8933', []],
  ])('by telephone %s: %p', async (_name, search, names) => {
    expect(await namesFor(await aClient(), search)).toEqual(names);
  });

  test('follows a change and a deletion', async () => {
    const client = await aClient();
    const contact = await aContact(client, await aCustomer(client), { first_name: 'Neuf', last_name: 'Avant' });

    await client.put(contactAddress(contact), { last_name: 'Après', phone: '0777777777' });
    expect(await namesFor(client, 'avant')).toEqual([]);
    expect(await namesFor(client, 'apres neuf')).toEqual(['Neuf']);
    expect(await namesFor(client, '77777')).toEqual(['Neuf']);
    await client.delete(contactAddress(contact));
    expect(await namesFor(client, 'apres')).toEqual([]);
  });
});
