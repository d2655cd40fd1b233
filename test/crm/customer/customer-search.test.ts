import { as, type Client } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { aCustomer, addressOf, CUSTOMERS, graphqlIn, pageIn } from './customer-support.js';

const service = useOwnService();

const FIRMS = [
  { code: 'CLI-1', name: 'François Frères', email: 'bonjour@freres.example', city: 'Orléans', phone: '01 23 45 67 89' },
  { code: 'CLI-2', name: 'ŒUVRE Étoilée', email: 'A.B@Etoile.example', city: 'Besançon', mobile: '+33 6 98 76 54 32' },
  { code: 'CLI-3', name: '100 % Laine', city: 'Lille', phone: '(0)1.23.45' },
  { code: 'CLI_4', name: 'Straße & Söhne \\ Co', city: 'Köln' },
  { code: 'X12345', name: 'Numéro 12', city: 'Nice', phone: 'voir accueil' },
  { code: 'ab', name: 'Fin', email: 'deb@ut.example', city: 'Zürich', notes: 'secret', legal_name: 'Secret SA' },
];

async function aClient(): Promise<Client> {
  const client = as(service, (await service.aTenant()).admin);
  for (const firm of FIRMS) await aCustomer(client, firm);
  return client;
}

/** The codes found, through four ways that must agree: REST, GraphQL, with a filter beside it, and in another order. */
async function codesFor(client: Client, search: string): Promise<string[]> {
  const query = encodeURIComponent(search);
  const plain = pageIn(await client.get(`${CUSTOMERS}?search=${query}`));
  const filtered = pageIn(await client.get(`${CUSTOMERS}?search=${query}&is_active=true`));
  const sorted = pageIn(await client.get(`${CUSTOMERS}?search=${query}&sort=-code`));
  const answer = await client.graphql(
    'query ($search: String) { customers(search: $search) { totalCount nodes { code } } }',
    { search },
  );
  const { data } = graphqlIn<{ customers: { totalCount: number; nodes: { code: string }[] } }>(answer);
  const codes = plain.items.map(({ code }) => code).sort();
  for (const page of [plain, filtered, sorted]) {
    expect([page.items.map(({ code }) => code).sort(), page.total]).toEqual([codes, codes.length]);
  }
  expect([data?.customers.nodes.map(({ code }) => code).sort(), data?.customers.totalCount]).toEqual([
    codes,
    codes.length,
  ]);
  return codes;
}

describe('search', () => {
  test.each([
    ['finds without accents', 'francois', ['CLI-1']],
    ['finds with accents that are not there', 'Fréres', ['CLI-1']],
    ['finds in any case', 'FRANÇOIS fr', ['CLI-1']],
    ['finds accents written in two code points', 'Franc\u0327ois', ['CLI-1']],
    ['finds ligatures by their letters', 'oeuvre', ['CLI-2']],
    ['finds ß by ss', 'strasse', ['CLI_4']],
    ['finds part of a code', 'li-', ['CLI-1', 'CLI-2', 'CLI-3']],
    ['finds part of an e-mail address, in any case', 'a.b@etoile', ['CLI-2']],
    ['finds part of a city', 'LEANS', ['CLI-1']],
    ['takes % for itself', '100 %', ['CLI-3']],
    ['takes % for itself alone', '%', ['CLI-3']],
    ['takes _ for itself', 'CLI_', ['CLI_4']],
    ['takes _ for itself alone', '_', ['CLI_4']],
    ['takes a backslash for itself', '\\ co', ['CLI_4']],
    ['takes a quote for itself', "'; DROP TABLE customers; --", []],
    ['finds a single letter', 'ü', ['CLI-1', 'CLI-2', 'X12345', 'ab']],
    ['ignores blanks around it', '  francois  ', ['CLI-1']],
    ['does not run over from one field into the next', 'finab', []],
    ['does not run over with a blank either', 'fin ab', []],
    ['does not look at notes and legal names', 'secret', []],
  ])('%s: %p', async (_name, search, codes) => {
    expect(await codesFor(await aClient(), search)).toEqual(codes);
  });

  test.each([
    ['finds digits whatever stands between them', '0123456789', ['CLI-1']],
    ['finds digits whatever the caller puts between them', '23.45-67', ['CLI-1']],
    ['looks at the mobile too', '698765', ['CLI-2']],
    ['takes a plus and brackets for telephone characters', '+33 (6) 98', ['CLI-2']],
    ['finds three digits, also in codes and names', '123', ['CLI-1', 'CLI-3', 'X12345']],
    ['looks at no telephone for two digits', '23', ['X12345']],
    ['looks at no telephone when a letter is among them', 'x123', ['X12345']],
    ['does not run over from the telephone into the mobile', '8933', []],
    ['finds nothing by punctuation alone', '()', []],
  ])('by telephone %s: %p', async (_name, search, codes) => {
    expect(await codesFor(await aClient(), search)).toEqual(codes);
  });

  test('follows a change and a deletion', async () => {
    const client = await aClient();
    const customer = await aCustomer(client, { name: 'Avant' });

    await client.put(addressOf(customer), { name: 'Après', phone: '0777777777' });
    expect(await codesFor(client, 'avant')).toEqual([]);
    expect(await codesFor(client, 'apres')).toEqual([customer.code]);
    expect(await codesFor(client, '77777')).toEqual([customer.code]);
    await client.delete(addressOf(customer));
    expect(await codesFor(client, 'apres')).toEqual([]);
  });

  test('pages like the list', async () => {
    const client = await aClient();

    const pages = await Promise.all(
      [1, 2, 3].map(async (page) => pageIn(await client.get(`${CUSTOMERS}?search=e&page_size=2&page=${page}`))),
    );

    const codes = pages.flatMap(({ items }) => items.map(({ code }) => code));
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([codes.length]));
  });

  test('takes 255 characters without ado, and no more', async () => {
    const client = await aClient();
    const search = (text: string) =>
      client.graphql('query ($search: String) { customers(search: $search) { totalCount } }', { search: text });

    expect((await search('%_\\'.repeat(85))).body).toEqual({ data: { customers: { totalCount: 0 } } });
    expect((await search('x'.repeat(256))).body).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('a short text in an order whose key is asked for twice', async () => {
    const query = '{ customers(search: "fr", orderBy: [{ field: NAME }, { field: NAME }]) { nodes { code } } }';
    const { data } = graphqlIn<{ customers: { nodes: { code: string }[] } }>(await (await aClient()).graphql(query));
    expect(data?.customers.nodes).toEqual([{ code: 'CLI-1' }]);
  });
});
