import { readFileSync } from 'node:fs';
import { Passwords } from '../../src/account/passwords.js';
import { newId } from '../../src/platform/values/ids.js';
import { as, type Answer, type Client } from '../support/client.js';
import { useOwnService } from '../support/use-service.js';
import { requestsOf, tableOf, type GuideRequest } from './guide-requests.js';

const GUIDE = readFileSync(new URL('./user-guide-crm-t0.fr.md', import.meta.url), 'utf8');

const service = useOwnService();

beforeAll(async () => {
  await makeCompany();
});

/** The guide's own company, user and password. */
const TENANT = 'votre-tenant';
const EMAIL = 'utilisateur@exemple.com';
const PASSWORD = 'motdepasse';
const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;
type Role = (typeof ROLES)[number];

const emailOf = (role: Role): string => (role === 'admin' ? EMAIL : `${role}@exemple.com`);

async function makeCompany(): Promise<void> {
  await service.ask('INSERT INTO tenants (id, name) VALUES ($1, $2)', [TENANT, 'Votre Société']);
  const hash = await new Passwords().hash(PASSWORD);
  for (const role of ROLES) {
    await service.ask(
      'INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash) VALUES ($1, $2, $3, app.email_identity($3), $4, $5, $6)',
      [TENANT, newId(), emailOf(role), `Essai ${role}`, role, hash],
    );
  }
}

async function signIn(role: Role): Promise<Client> {
  const answer = await as(service).post('/v1/auth/login', {
    email: emailOf(role),
    password: PASSWORD,
    tenant_id: TENANT,
  });
  return as(service, { token: (answer.body as { access_token: string }).access_token, tenantId: TENANT });
}

/** What stands for the guide's placeholders, learned from the answers. */
type Words = Map<string, string>;

function fill(text: string, words: Words): string {
  return [...words].reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
}

const FRENCH = { 'accept-language': 'fr' };

/** Sends a request of the guide, with the headers that it asks for once and means for all. */
function send({ method, path, headers, body }: GuideRequest, words: Words, changed: object = {}): Promise<Answer> {
  const implied = path === '/v1/auth/login' ? {} : { authorization: 'Bearer <token>', 'x-tenant-id': TENANT };
  const all = Object.entries({ ...FRENCH, ...implied, ...headers, ...changed }).filter(([, value]) => value !== '');
  const filled = Object.fromEntries(all.map(([name, value]) => [name, fill(String(value), words)]));
  return as(service).request(method, fill(path, words), body === undefined ? undefined : fill(body, words), filled);
}

interface Step {
  readonly request: GuideRequest;
  readonly answer: Answer;
  readonly words: Words;
}

/** Fields of the answer, and of the request's own body. */
const bodyOf = (answer: Answer): Readonly<Record<string, unknown>> => answer.body as Readonly<Record<string, unknown>>;
const sentIn = ({ request: { body = '{}' }, words }: Step): object => JSON.parse(fill(body, words)) as object;

function learn({ answer, words }: Step, ...placeholders: readonly string[]): void {
  for (const placeholder of placeholders) words.set(placeholder, String(bodyOf(answer).id));
}

function expectCreated(step: Step, defaults: object): void {
  expect(step.answer).toMatchObject({ status: 201, body: { ...sentIn(step), ...defaults, version: 1 } });
}

const itemsOf = (answer: Answer): Readonly<Record<string, unknown>>[] =>
  bodyOf(answer).items as Readonly<Record<string, unknown>>[];

/** The lines of a file, cell by cell; none of the guide's values has to be quoted. */
function cellsOf({ status, headers, text }: Answer): string[][] {
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  return text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(';'));
}

/** What the guide says of each of its requests; it is sent before its check. */
const CHECKS: Readonly<Record<string, (step: Step) => void | Promise<void>>> = {
  'POST /v1/commercial/customers': (step) => {
    const defaults = { legal_name: null, is_active: true, payment_terms: 'NET_30', currency: 'EUR', total_revenue: 0 };
    expectCreated(step, defaults);
    expect(step.answer.text).not.toContain('tenant_id');
    learn(step, '{customer_id}', 'uuid-du-client', 'uuid-optionnel');
  },
  'GET /v1/commercial/customers?type=CUSTOMER&is_active=true&search=exemple&page=1&page_size=20': async (step) => {
    const { request, answer, words } = step;
    const prospects = await send({ ...request, path: request.path.replace('CUSTOMER', 'PROSPECT') }, words);

    expect(answer).toMatchObject({ status: 200, body: { items: [], total: 0, page: 1, page_size: 20 } });
    expect(prospects).toMatchObject({ body: { items: [{ code: 'CLI001' }], total: 1 } });
  },
  'POST /v1/commercial/customers/{customer_id}/convert': async ({ answer, words }) => {
    const search = requests.find(({ path }) => path.includes('search=exemple'));

    expect(answer).toMatchObject({ status: 200, body: { code: 'CLI001', type: 'CUSTOMER', version: 2 } });
    expect(search && (await send(search, words))).toMatchObject({ body: { total: 1, items: [{ code: 'CLI001' }] } });
  },
  'POST /v1/commercial/contacts': async (step) => {
    expectCreated(step, { is_billing: false, is_shipping: false, is_active: true, preferred_language: 'fr' });
    const listed = await send({ ...step.request, method: 'GET', body: undefined }, step.words);
    expect(itemsOf(listed)).toMatchObject([{ last_name: 'Dupont', job_title: 'Directeur Commercial' }]);
  },
  'POST /v1/commercial/opportunities': (step) => {
    // 50 000 € à 30 % = 15 000 € pondéré
    expectCreated(step, { amount: 50000, probability: 30, weighted_amount: 15000, currency: 'EUR' });
    expect(step.answer.text).toContain('"weighted_amount":15000.00');
    learn(step, '{opp_id}');
  },
  'POST /v1/commercial/opportunities/{opp_id}/win': ({ answer }) => {
    const won = { status: 'WON', probability: 100, weighted_amount: 50000, win_reason: 'Meilleure offre technique' };
    expect(answer).toMatchObject({ status: 200, body: { ...won, loss_reason: null } });
    expect(bodyOf(answer).actual_close_date).toMatch(/^\d{4}-\d\d-\d\d$/);
  },
  'POST /v1/commercial/opportunities/{opp_id}/lose': async ({ request, answer, words }) => {
    const other = await send(await anotherOpportunity(), words);
    const lost = await send(request, new Map([...words, ['{opp_id}', String(bodyOf(other).id)]]));

    // The one of the example was won a moment before.
    expect(answer).toMatchObject({ status: 409, body: { code: 'ILLEGAL_TRANSITION' } });
    const reason = 'Budget insuffisant';
    const expected = { status: 'LOST', probability: 0, weighted_amount: 0, loss_reason: reason, win_reason: null };
    expect(lost).toMatchObject({ status: 200, body: expected });
  },
  'POST /v1/commercial/activities': (step) => {
    expectCreated(step, { is_completed: false, completed_at: null, opportunity_id: null, contact_id: null });
    learn(step, '{activity_id}');
  },
  'POST /v1/commercial/activities/{activity_id}/complete': async ({ answer, words, request }) => {
    const listed = await send({ ...request, method: 'GET', path: '/v1/commercial/activities' }, words);

    expect(answer).toMatchObject({ status: 200, body: { is_completed: true } });
    expect(bodyOf(answer).completed_at).toMatch(/Z$/);
    expect(listed.body).toMatchObject([{ subject: 'Appel de qualification', is_completed: true }]);
  },
  'GET /v1/commercial/export/customers?type=CUSTOMER&is_active=true': ({ answer }) => {
    const [header = [], ...rows] = cellsOf(answer);
    const promised = /séparateur `;` contenant :\n\n?- (.*), etc\./.exec(GUIDE)?.[1]?.split(', ') ?? [];

    expect(promised).toHaveLength(5);
    expect(header.slice(0, 5)).toEqual(promised);
    expect(rows.map((row) => row.slice(0, 5))).toEqual([
      ['CLI001', 'Entreprise Exemple SA', 'CUSTOMER', 'contact@exemple.com', '0123456789'],
    ]);
    expect(answer.headers.get('content-disposition')).toMatch(/filename=clients_export_\d{8}_\d{6}\.csv/);
  },
  'GET /v1/commercial/export/contacts?customer_id=uuid-optionnel': ({ answer }) => {
    const [header = [], ...rows] = cellsOf(answer);

    expect(header.slice(0, 4)).toEqual(['Prénom', 'Nom', 'Fonction', 'Email']);
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['Jean', 'Dupont', 'Directeur Commercial', 'jean.dupont@exemple.com'],
    ]);
  },
  'GET /v1/commercial/export/opportunities?status=WON': ({ answer }) => {
    const [header = [], ...rows] = cellsOf(answer);
    const cells = rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])));

    expect(cells).toHaveLength(1);
    expect(cells).toMatchObject([
      { Code: 'OPP-2026-001', Statut: 'WON', Montant: '50000.00', 'Montant Pondéré': '50000.00' },
    ]);
  },
  'POST /v1/auth/login': (step) => {
    expect(step.answer).toMatchObject({
      status: 200,
      body: { user: { email: EMAIL, tenant_id: TENANT }, token_type: 'bearer' },
    });
    step.words.set('<token>', String(bodyOf(step.answer).access_token));
  },
  'GET /v1/commercial/customers': ({ answer }) => {
    expect(answer).toMatchObject({ status: 200, body: { total: 1, items: [{ code: 'CLI001' }] } });
  },
};

const requests = requestsOf(GUIDE);

/** The guide's own opportunity under another code. */
async function anotherOpportunity(): Promise<GuideRequest> {
  const request = requests.find(({ line }) => line === 'POST /v1/commercial/opportunities');
  if (!request) return Promise.reject(new Error('The guide creates no opportunity.'));
  return { ...request, body: (request.body ?? '').replace('OPP-2026-001', 'OPP-2026-002') };
}

async function learnToken(words: Words): Promise<void> {
  const login = requests.find(({ path }) => path === '/v1/auth/login');
  const answer = login && (await send(login, words));
  words.set('<token>', String(answer && bodyOf(answer).access_token));
}

describe("the guide's requests", () => {
  test('have a check each, and no check is for a request that it does not make', () => {
    expect(requests.map(({ line }) => line).sort()).toEqual(Object.keys(CHECKS).sort());
  });

  test('are answered as it says, one after the other, and not without X-Tenant-ID', async () => {
    const words: Words = new Map();
    await learnToken(words);
    const failures: string[] = [];
    for (const request of requests) {
      const answer = await send(request, words);
      const isLogin = request.path === '/v1/auth/login';
      const refused = isLogin ? undefined : await send(request, words, { 'x-tenant-id': '' });
      try {
        if (refused) expect(refused).toMatchObject({ status: 401, body: { code: 'TENANT_HEADER_REQUIRED' } });
        await CHECKS[request.line]?.({ request, answer, words });
      } catch (error) {
        failures.push(`${request.line}\n${answer.status} ${answer.text.slice(0, 400)}\n${String(error)}`);
      }
    }

    expect(failures).toEqual([]);
  });

  test('can be looked up in /v1/audit/logs afterwards', async () => {
    const answer = await (await signIn('manager')).get('/v1/audit/logs?page_size=100');
    const actions = (answer.body as { logs: { action: string }[] }).logs.map(({ action }) => action);

    const records = ['customer.created', 'customer.converted', 'contact.created', 'opportunity.created'];
    const lifecycle = ['opportunity.won', 'opportunity.lost', 'activity.created', 'activity.completed'];
    const exports = ['export.customers', 'export.contacts', 'export.opportunities'];
    expect(actions).toEqual(expect.arrayContaining([...records, ...lifecycle, ...exports, 'auth.login']));
  });
});

describe("the guide's tables", () => {
  const newCustomer = async (client: Client, fields: object = {}): Promise<string> =>
    String(bodyOf(await client.post('/v1/commercial/customers', { name: 'Essai', ...fields })).id);

  test('of endpoints: each is there', async () => {
    const answer = await as(service).get('/v1/openapi.json');
    const { paths } = answer.body as { paths: Readonly<Record<string, Readonly<Record<string, object>> | undefined>> };
    const promised = tableOf(GUIDE, 'Endpoint', 'Méthode').flatMap(([path = '', methods = '']) =>
      methods.split('/').map((method) => [path, method.toLowerCase()] as const),
    );

    const missing = promised.filter(([path, method]) => !paths[`/v1/commercial${path}`]?.[method]);

    expect(promised.length).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  test('of customer types: each is taken, and no other', async () => {
    const client = await signIn('admin');
    const types = tableOf(GUIDE, 'Type', 'Description').map(([type]) => type);
    const taken = [];
    for (const type of [...types, 'FRIEND'])
      taken.push((await client.post('/v1/commercial/customers', { name: 'Essai', type })).status);

    expect(taken).toEqual([201, 201, 201, 201, 201, 201, 422]);
  });

  test('of contact attributes: each is false unless said otherwise', async () => {
    const client = await signIn('admin');
    const attributes = tableOf(GUIDE, 'Attribut').map(([name = '']) => name);
    const person = { customer_id: await newCustomer(client), first_name: 'Jean', last_name: 'Dupont' };
    const told = Object.fromEntries(attributes.map((name) => [name, true]));
    const untold = Object.fromEntries(attributes.map((name) => [name, false]));

    expect(attributes).toHaveLength(4);
    expect(await client.post('/v1/commercial/contacts', person)).toMatchObject({ status: 201, body: untold });
    expect(await client.post('/v1/commercial/contacts', { ...person, ...told })).toMatchObject({ body: told });
  });

  test('of statuses: each has its typical probability', async () => {
    const client = await signIn('admin');
    const customer_id = await newCustomer(client);
    const promised = tableOf(GUIDE, 'Statut', 'Description', 'Probabilité typique');
    for (const [status, , probability = ''] of promised) {
      const answer = await client.post('/v1/commercial/opportunities', { customer_id, name: 'Projet', status });

      expect(answer).toMatchObject({
        status: 201,
        body: { status, probability: Number(probability.replace('%', '')) },
      });
    }
    expect(promised).toHaveLength(6);
  });

  test('of activity types: each is taken, and no other', async () => {
    const client = await signIn('admin');
    const customer_id = await newCustomer(client);
    const section = GUIDE.slice(GUIDE.indexOf("### Types d'activités"));
    const types = tableOf(section, 'Type', 'Description').map(([type]) => type);
    const taken = [];
    for (const type of [...types, 'LUNCH'])
      taken.push((await client.post('/v1/commercial/activities', { customer_id, type, subject: 'Essai' })).status);

    expect(taken).toEqual([201, 201, 201, 201, 201, 201, 422]);
  });

  test('of limits: each is what /v1/meta/limits answers', async () => {
    const answer = await (await signIn('readonly')).get('/v1/meta/limits');
    const { limits } = answer.body as { limits: { resource: string; limit: number }[] };
    const promised = tableOf(GUIDE, 'Paramètre', 'Limite').map(([, limit = '']) => Number(limit.replace(/\s/g, '')));

    const names = ['customers', 'contacts_per_customer', 'active_opportunities', 'export_rows'];
    expect(names.map((name) => limits.find(({ resource }) => resource === name)?.limit)).toEqual(promised);
  });

  describe('of rights', () => {
    const ids = async (owner: Client): Promise<string> => `/v1/commercial/customers/${await newCustomer(owner)}`;
    /** On a record of somebody else, and on the caller's own where they can have one. */
    const ACTIONS: Readonly<Record<string, (caller: Client, address: string) => Promise<Answer>>> = {
      'Lire clients': (caller, address) => caller.get(address),
      'Créer clients': (caller) => caller.post('/v1/commercial/customers', { name: 'Essai' }),
      'Modifier clients': (caller, address) => caller.put(address, { city: 'Lyon' }),
      'Supprimer clients': (caller, address) => caller.delete(address),
      'Export CSV': (caller) => caller.get('/v1/commercial/export/customers'),
    };
    const cells = tableOf(GUIDE, 'Action', 'Admin', 'Manager', 'User', 'Readonly').flatMap(([action = '', ...words]) =>
      words.map((word, index) => [action, ROLES[index] ?? 'readonly', word] as const),
    );

    test('is whole', () => {
      expect(new Set(cells.map(([action]) => action))).toEqual(new Set(Object.keys(ACTIONS)));
      expect(cells).toHaveLength(20);
    });

    test.each(cells)('%s, %s: %s', async (action, role, word) => {
      const [admin, caller] = [await signIn('admin'), await signIn(role)];
      const [others, own] = [await ids(admin), word === 'Limité' ? await ids(caller) : ''];
      const run = ACTIONS[action];
      if (!run) throw new Error(action);

      const answer = await run(caller, others);

      if (word === '❌') expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      if (word === '✅') expect(answer.status).toBeLessThan(300);
      if (word !== 'Limité') return;
      if (action === 'Export CSV') {
        const isIn = (address: string): boolean => answer.text.includes(address.split('/').pop() ?? '');
        expect([answer.status, isIn(own), isIn(others)]).toEqual([200, true, false]);
      } else {
        expect(answer.status).toBe(403);
        expect((await run(caller, own)).status).toBe(200);
      }
    });
  });
});
