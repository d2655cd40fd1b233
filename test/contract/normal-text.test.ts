/** Every text that a caller can send: what is stored in one spelling is found by all others, through both transports. */
import { getNamedType, isInputObjectType, isListType, getNullableType, type GraphQLInputField } from 'graphql';
import type { Answer } from '../support/client.js';
import { as } from '../support/client.js';
import { recordFieldOf } from '../support/payload.js';
import type { TestTenant } from '../support/service.js';
import { useOwnService } from '../support/use-service.js';
import { snake } from './transports/fields.js';
import { fieldIn, pairsOf, SCHEMA, type Pair } from './transports/pairs.js';
import { documentOf } from './surface/surface.js';
import { makeTarget, type Target } from './surface/target.js';

const service = useOwnService();
let tenant: TestTenant;
let target: Target;

beforeAll(async () => {
  tenant = await service.aTenant();
  target = await makeTarget(service, tenant);
});

/** Fields in which nothing invisible stands, not even what scripts need. */
const CODES = new Set(
  [
    'code',
    'email',
    'phone',
    'mobile',
    'taxId',
    'registrationNumber',
    'countryCode',
    'currency',
    'defaultCurrency',
  ].concat('preferredLanguage', 'timeZone', 'action', 'entityType', 'issuer'),
);
/** Good values of fields that take no free text. */
const WORDS: Readonly<Record<string, string>> = {
  email: 'h\u00e9l\u00e8ne@exemple.fr',
  countryCode: 'BE',
  currency: 'USD',
  defaultCurrency: 'USD',
  preferredLanguage: 'en',
  timeZone: 'Europe/Brussels',
  issuer: 'https://connexion.exemple.fr',
};

/** Says nothing of what it is, but is read as it is by a person. */
const SECRETS = new Set(['password', 'currentPassword', 'newPassword']);

function cleanText(name: string): string {
  const word = WORDS[name] ?? `\u00c9t\u00e9 ${name}`.slice(0, 16);
  // A joiner that free text keeps.
  return CODES.has(name) ? word : `${word}\u200cZ`;
}

/** The same to the eye: decomposed, with what nobody sees, no-break spaces, and blanks of other kinds around. */
function dirtyText(clean: string): string {
  const [first = '', ...rest] = Array.from(clean.normalize('NFD'));
  const spaced = rest.join('').replaceAll(' ', '\u00a0');
  return `\u3000\u200b${first}\u2060\u202e${spaced}\u00ad\u001f\u2069\u202f`;
}

function dirtyField(name: string): string {
  const dirty = dirtyText(cleanText(name));
  return CODES.has(name) ? dirty.replace('\u2060', '\u2060\u200d\u200c') : dirty;
}

function isText({ name, type }: GraphQLInputField): boolean {
  return getNamedType(type).name === 'String' && !SECRETS.has(name);
}

function textsOf(pair: Pair): GraphQLInputField[] {
  const argument = fieldIn(SCHEMA, pair).args.find(({ name }) => name === 'input');
  const input = argument && getNamedType(argument.type);
  return isInputObjectType(input) ? Object.values(input.getFields()).filter(isText) : [];
}

const WRITES = pairsOf(SCHEMA).filter((pair) => textsOf(pair).length > 0);

/** What else an input requires, by GraphQL's name. */
function requiredOf(field: string): Readonly<Record<string, unknown>> {
  const ofCustomer = { customerId: target.customerId };
  const others: Readonly<Record<string, object>> = {
    createContact: ofCustomer,
    createOpportunity: ofCustomer,
    createActivity: { ...ofCustomer, type: 'NOTE' },
    createUser: { role: 'USER' },
  };
  return { ...others[field] };
}

/** Where its rows stand, and the row that an update changes. */
const TABLES: Readonly<Record<string, readonly [table: string, id: (target: Target) => string]>> = {
  Customer: ['customers', (t) => t.customerId],
  Contact: ['contacts', (t) => t.contactId],
  Opportunity: ['opportunities', (t) => t.opportunityId],
  Activity: ['activities', (t) => t.activityId],
  ApiKey: ['api_keys', (t) => t.apiKeyOf()],
  IdentityProvider: ['identity_providers', (t) => t.identityProviderId],
  User: ['users', (t) => t.userId],
  Tenant: ['tenants', () => tenant.id],
};

function tableOf(field: string): readonly [table: string, id: string] {
  const [table = '', id] = TABLES[field.replace(/^(?:create|update)/, '')] ?? [];
  return [table, id?.(target) ?? ''];
}

async function sendGraphql(pair: Pair, input: object): Promise<Answer> {
  const sent = fieldIn(SCHEMA, pair).args.filter(({ name }) => name === 'id' || name === 'input');
  const types = Object.fromEntries(sent.map(({ name, type }) => [name, String(type)]));
  const document = documentOf(`${pair.root}.${pair.field}`, types, `{ ${recordFieldOf(pair.field)} { id } }`);
  return as(service, tenant.admin).graphql(document, { id: tableOf(pair.field)[1], input });
}

async function sendRest(pair: Pair, input: object): Promise<Answer> {
  const [method = '', path = ''] = pair.route.split(' ');
  const body = Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      snake(name),
      name === 'role' ? String(value).toLowerCase() : (value as unknown),
    ]),
  );
  return as(service, tenant.admin).request(method, path.replace('{id}', tableOf(pair.field)[1]), body);
}

/** @returns the texts of the row that was written, by GraphQL's names; a list by its first item */
async function readBack(pair: Pair, answer: Answer): Promise<Readonly<Record<string, unknown>>> {
  const [table, changedId] = tableOf(pair.field);
  const id = pair.field.startsWith('create') ? /"id":"([^"]+)"/.exec(answer.text)?.[1] : changedId;
  const key = table === 'tenants' ? 'id = $1 AND $2 = id' : 'tenant_id = $1 AND id = $2';
  const [row = {}] = await service.ask(`SELECT * FROM ${table} WHERE ${key}`, [tenant.id, id]);
  return Object.fromEntries(
    textsOf(pair).map(({ name }) => {
      const value = row[snake(name)] as unknown;
      return [name, Array.isArray(value) ? (value[0] as unknown) : value];
    }),
  );
}

/** Frees unique texts for the next one who stores them. */
async function forget(): Promise<void> {
  await service.ask(`UPDATE customers SET deleted_at = now() WHERE tenant_id = $1 AND id <> $2`, [
    tenant.id,
    target.customerId,
  ]);
  await service.ask(`UPDATE opportunities SET deleted_at = now() WHERE tenant_id = $1 AND id <> $2`, [
    tenant.id,
    target.opportunityId,
  ]);
  await service.ask(`UPDATE identity_providers SET issuer = 'https://' || id || '.exemple.fr' WHERE tenant_id = $1`, [
    tenant.id,
  ]);
  await service.ask(
    `UPDATE users SET email = id || '@essai.example', email_identity = id || '@essai.example' WHERE tenant_id = $1 AND email = $2`,
    [tenant.id, WORDS.email],
  );
}

/** Reasons belong to closed opportunities alone. */
const isOpen = ({ name }: GraphQLInputField): boolean => name !== 'winReason' && name !== 'lossReason';

describe.each([
  ['REST', sendRest],
  ['GraphQL', sendGraphql],
] as const)('what is stored over %s', (_name, send) => {
  test.each(WRITES.map((pair) => [pair.field, pair] as const))('%s: is normal text', async (field, pair) => {
    await forget();
    const fields = textsOf(pair).filter(isOpen);
    const dirty = fields.map(({ name, type }): readonly [string, unknown] => {
      const text = dirtyField(name);
      return [name, isListType(getNullableType(type)) ? [text] : text] as const;
    });

    const answer = await send(pair, { ...requiredOf(field), ...Object.fromEntries(dirty) });

    expect(answer.text).not.toContain('"errors"');
    const stored = await readBack(pair, answer);
    expect(Object.fromEntries(fields.map(({ name }) => [name, stored[name]]))).toEqual(
      Object.fromEntries(fields.map(({ name }) => [name, cleanText(name)])),
    );
  });

  test.each(WRITES.map((pair) => [pair.field, pair] as const))(
    '%s: refuses what is far too long before it is composed',
    async (field, pair) => {
      // Sorting so many marks takes half a minute.
      const heap = 'e' + '\u0316\u0301'.repeat(100_000);
      const fields = textsOf(pair).filter(isOpen);
      const required = fields.filter(({ type }) => String(type).endsWith('!'));
      const texts = Object.fromEntries(required.map(({ name }) => [name, cleanText(name)]));
      for (const { name, type } of fields) {
        const before = process.cpuUsage();
        const value = isListType(getNullableType(type)) ? [heap] : heap;
        const answer = await send(pair, { ...requiredOf(field), ...texts, [name]: value });
        expect([name, answer.text.includes('VALIDATION_FAILED')]).toEqual([name, true]);
        expect(process.cpuUsage(before).user).toBeLessThan(8_000_000);
      }
    },
  );
});

/** By the list's name. */
const FILTER_TYPES = new Map(
  pairsOf(SCHEMA).flatMap((pair) => {
    const argument = fieldIn(SCHEMA, pair).args.find(({ name }) => name === 'filter');
    return argument ? [[pair.field, argument.type] as const] : [];
  }),
);

/** The pipeline has the filter of the opportunities. */
const FILTERS = pairsOf(SCHEMA).flatMap((pair) => {
  const argument = fieldIn(SCHEMA, pair).args.find(({ name }) => name === 'filter');
  const filter = argument && getNamedType(argument.type);
  if (!isInputObjectType(filter) || pair.field === 'pipeline') return [];
  const texts = Object.values(filter.getFields()).filter(({ type }) => String(type).endsWith('TextFilter'));
  return texts
    .filter(isOpen)
    .map(({ name, type }) => [`${pair.field}.${name}`, pair.field, name, String(type)] as const);
});

/** Stores a row whose text is this one, or names a text that the trail has anyway. */
async function storedText(list: string, name: string): Promise<string> {
  if (list === 'auditEvents') {
    const [event] = await service.ask<Record<string, string>>(
      `SELECT ${snake(name)} AS text FROM audit_events WHERE tenant_id = $1 AND ${snake(name)} IS NOT NULL LIMIT 1`,
      [tenant.id],
    );
    return event?.text ?? '';
  }
  const [table, id] = tableOf(
    { customers: 'Customer', contacts: 'Contact', opportunities: 'Opportunity' }[list] ?? 'Activity',
  );
  await service.ask(`UPDATE ${table} SET ${snake(name)} = $3 WHERE tenant_id = $1 AND id = $2`, [
    tenant.id,
    id,
    cleanText(name),
  ]);
  return cleanText(name);
}

describe('what is looked up', () => {
  test.each(FILTERS)('filter %s: finds by any spelling', async (_title, list, name, type) => {
    const text = await storedText(list, name);
    const dirty = CODES.has(name) ? dirtyText(text).replace('\u2060', '\u2060\u200d\u200c') : dirtyText(text);
    const operands: Readonly<Record<string, unknown>> = {
      eq: dirty,
      in: [dirty],
      startsWith: dirty,
      ...(type.startsWith('Searched') && { contains: dirty }),
    };
    for (const [operator, operand] of Object.entries(operands)) {
      const filter = { [name]: { [operator]: operand } };
      const document = documentOf(`Query.${list}`, { filter: String(FILTER_TYPES.get(list)) }, '{ totalCount }');
      const { text: answer } = await as(service, tenant.admin).graphql(document, { filter });
      expect([operator, answer]).toEqual([operator, expect.stringMatching(/"totalCount":[1-9]/)]);
    }
    const tooLong = { [name]: { eq: 'e\u0301'.repeat(511) } };
    const document = documentOf(`Query.${list}`, { filter: String(FILTER_TYPES.get(list)) }, '{ totalCount }');
    const { text: rejection } = await as(service, tenant.admin).graphql(document, { filter: tooLong });
    expect(rejection).toContain('"TOO_LONG"');
  });

  test.each([
    ['customerByCode', 'customers', 'customerId'],
    ['opportunityByCode', 'opportunities', 'opportunityId'],
  ] as const)('%s: finds by any spelling', async (field, table, id) => {
    await service.ask(`UPDATE ${table} SET code = $3 WHERE tenant_id = $1 AND id = $2`, [
      tenant.id,
      target[id],
      'R\u00e9f 1',
    ]);
    const ask = (code: string): Promise<Answer> =>
      as(service, tenant.admin).graphql(`query ($code: String!) { ${field}(code: $code) { id } }`, { code });

    for (const code of ['R\u00e9f 1', dirtyText('R\u00e9f 1'), 'R\u00e9\u200d\u200cf\u202f1'])
      expect((await ask(code)).text).toContain(target[id]);
    expect((await ask('R\u00e9f 2')).text).toBe(`{"data":{"${field}":null}}`);
    expect((await ask('x'.repeat(201))).text).toContain('"TOO_LONG"');
  });

  test('every search finds by any spelling', async () => {
    const records = { customers: target.customerId, contacts: target.contactId, opportunities: target.opportunityId };
    const columns = { customers: 'name', contacts: 'last_name', opportunities: 'name' };
    const dirty = dirtyText('Mus\u00e9e d\u2019Orsay');
    for (const [many, id] of Object.entries(records)) {
      const column = columns[many as keyof typeof columns];
      await service.ask(`UPDATE ${many} SET ${column} = $3 WHERE tenant_id = $1 AND id = $2`, [
        tenant.id,
        id,
        'Le Mus\u00e9e d\u2019Orsay',
      ]);
      const rest = await as(service, tenant.admin).get(`/v1/commercial/${many}?search=${encodeURIComponent(dirty)}`);
      expect(rest.text).toContain(id);
      const list = `query ($s: String) { ${many}(search: $s) { nodes { id } } }`;
      expect((await as(service, tenant.admin).graphql(list, { s: dirty })).text).toContain(id);
      const all = 'query ($s: String!) { search(query: $s) { nodes { record { id } } } }';
      expect((await as(service, tenant.admin).graphql(all, { s: dirty })).text).toContain(id);
    }
  });
});
