/** Walks the schema: whatever it publishes of a record can be filtered by, with every operator of its field, or docs/filters.md says why not. */
import { readFileSync } from 'node:fs';
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
  isScalarType,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { buildGraphqlSchema } from '../../../src/app/schema.js';
import { aKey } from '../../account/api-key/support.js';
import { as, type Client } from '../../support/client.js';
import { useService } from '../../support/use-service.js';

const service = useService();
const AT = '/v1/commercial';
/** Lists that have filters, by the type that they list. */
const LISTS = {
  Customer: 'customers',
  Contact: 'contacts',
  Opportunity: 'opportunities',
  Activity: 'activities',
  AuditEvent: 'auditEvents',
} as const;
type Listed = keyof typeof LISTS;
const TYPES = Object.keys(LISTS) as Listed[];
const PAGE = readFileSync(new URL('../../../docs/filters.md', import.meta.url), 'utf8');

let schema: GraphQLSchema;
let client: Client;
/** Of each type one record that has a value in every field, and one with as few as there can be. */
const full = new Map<Listed, string>();

beforeAll(async () => {
  schema = buildGraphqlSchema();
  const tenant = await service.aTenant();
  client = as(service, tenant.admin);
  const assigned_to = tenant.user.id;
  const customer_id = await create('customers', {
    ...{ code: 'VOLL', name: 'Martin', legal_name: 'Martin SA', type: 'VIP', email: 'a@b.example', phone: '0123456789' },
    ...{ mobile: '0623456789', website: 'https://martin.example', address_line1: '1 rue A', address_line2: 'B', city: 'Lyon' },
    ...{ state: 'ARA', postal_code: '69000', country_code: 'BE', tax_id: 'BE1', registration_number: '123', legal_form: 'SA' },
    ...{ assigned_to, industry: 'Bois', size: 'PME', annual_revenue: 10, employee_count: 3, payment_terms: 'NET_60' },
    ...{ payment_method: 'CHECK', credit_limit: 5, currency: 'USD', discount_rate: 2.5, tags: ['a', 'b'], segment: 'S' },
    ...{ source: 'salon', notes: 'n', internal_notes: 'i', is_active: false },
  }); // prettier-ignore
  await client.put(`${AT}/customers/${customer_id}`, { lead_score: 7, health_score: 8 });
  await service.ask(
    `UPDATE customers SET total_revenue = 12, order_count = 2, first_order_date = '2026-01-02', last_order_date = '2026-02-03' WHERE id = $1`,
    [customer_id],
  );
  const contact_id = await create('contacts', {
    ...{ customer_id, first_name: 'Léa', last_name: 'Petit', title: 'Mme', job_title: 'DG', department: 'D', email: 'l@b.example' },
    ...{ phone: '0123456780', mobile: '0623456780', linkedin: 'https://l.example', is_primary: true, is_billing: true },
    ...{ is_shipping: true, is_decision_maker: true, preferred_language: 'en', preferred_contact_method: 'SMS' },
    ...{ do_not_call: true, do_not_email: true, notes: 'n' },
  }); // prettier-ignore
  const opportunity_id = await create('opportunities', {
    ...{ customer_id, code: 'O-1', name: 'Projet', description: 'd', status: 'NEGOTIATION', stage: 'Étape', amount: 100 },
    ...{ currency: 'USD', expected_close_date: '2026-12-31', assigned_to, team: 'Nord', source: 'salon', campaign: 'C' },
    ...{ competitors: ['x', 'y'], products: [{ a: 1 }], notes: 'n', next_steps: 's' },
  }); // prettier-ignore
  await client.post(`${AT}/opportunities/${opportunity_id}/win`, { reason: 'Prix' });
  const activity_id = await create('activities', {
    ...{ customer_id, opportunity_id, contact_id, type: 'CALL', subject: 'Appel', description: 'd', assigned_to },
    ...{ date: '2026-03-04T10:00:00Z', due_date: '2026-03-05T10:00:00Z', duration_minutes: 5 },
  });
  await client.post(`${AT}/activities/${activity_id}/complete`);
  const poor = await create('customers', { name: 'Autre' });
  await create('contacts', { customer_id: poor, first_name: 'Jean', last_name: 'Grand' });
  const lost = await create('opportunities', { customer_id: poor, name: 'Rien' });
  await client.post(`${AT}/opportunities/${lost}/lose`);
  await create('activities', { customer_id: poor, type: 'NOTE', subject: 'Note' });
  full.set('Customer', customer_id).set('Contact', contact_id).set('Opportunity', opportunity_id);
  full.set('Activity', activity_id);
  const key = await aKey(service, tenant.readonly);
  const denied = await as(service, key).delete(`${AT}/customers/${customer_id}`);
  expect(denied.status).toBe(403);
  const { logs } = (await client.get('/v1/audit/logs?success=false')).body as {
    readonly logs: readonly { id: string }[];
  };
  full.set('AuditEvent', logs[0]?.id ?? '');
});

async function create(path: string, body: object): Promise<string> {
  const answer = await client.post(`${AT}/${path}`, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return (answer.body as { readonly id: string }).id;
}

function typeOf(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`There is no type ${name}.`);
  return type;
}

function filterOf(name: string): GraphQLInputObjectType {
  const type = schema.getType(`${name}Filter`);
  if (!isInputObjectType(type)) throw new Error(`There is no filter of ${name}.`);
  return type;
}

/** Values by themselves, not records, lists of records or what a caller may do. */
function valuesOf(name: string): string[] {
  return Object.values(typeOf(name).getFields())
    .filter(
      ({ type, args }) => args.length === 0 && (isScalarType(getNamedType(type)) || isEnumType(getNamedType(type))),
    )
    .map((field) => field.name);
}

function sectionOf(heading: string): string {
  const [, section = ''] = PAGE.split(`## ${heading}\n`);
  return section.split('\n## ')[0] ?? '';
}

/** `Opportunity.products`: the first column of a table. */
function leftOut(): string[] {
  return [...sectionOf('What cannot be filtered by').matchAll(/^\| `(\w+\.\w+)`/gm)].map(([, name = '']) => name);
}

/** The rows of a table: a type, then its fields. */
function lookedUp(): string[] {
  return [...sectionOf('Fields with an index').matchAll(/^\| `(\w+)` *\| (.+) \|$/gm)].flatMap(
    ([, type, fields = '']) => [...fields.matchAll(/`(\w+)`/g)].map(([, field = '']) => `${type}.${field}`),
  );
}

test('every published value can be filtered by, or the page says why not; the page lists no other', () => {
  const missing = TYPES.flatMap((type) => {
    const filters = filterOf(type).getFields();
    return valuesOf(type)
      .filter((field) => !(field in filters))
      .map((field) => `${type}.${field}`);
  });

  expect(leftOut()).toEqual(missing);
  expect(missing.length).toBeLessThan(5);
});

test('the page names the fields that an index finds, and no others', async () => {
  const rows = await service.ask<{ table: string; column: string }>(
    `SELECT DISTINCT t.relname AS table, a.attname AS column FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[1]
     WHERE t.relnamespace = 'public'::regnamespace AND i.indnkeyatts > 1`,
  );
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const columns = new Set(rows.map(({ table, column }) => `${table}.${column}`));
  const indexed = TYPES.flatMap((type) => {
    const table = snake(LISTS[type]);
    return Object.keys(filterOf(type).getFields())
      .filter((field) =>
        columns.has(
          `${table}.${snake(field).replace('assigned_to_id', 'assigned_to').replace('created_by_id', 'created_by')}`,
        ),
      )
      .map((field) => `${type}.${field}`);
  });

  expect(lookedUp().sort()).toEqual(indexed.sort());
});

function operatorsOf(type: Listed, field: string): GraphQLInputObjectType {
  const condition = filterOf(type).getFields()[field];
  const operators = condition && getNamedType(condition.type);
  if (!isInputObjectType(operators)) throw new Error(`${field} has no operators.`);
  return operators;
}

/** Operators of one field with operands made of the value that a record has, and whether they find that record. */
function questions(
  filter: GraphQLInputObjectType,
  value: unknown,
): [operator: string, operand: unknown, finds: boolean][] {
  const [first] = Array.isArray(value) ? (value as unknown[]) : [value];
  const asked: Readonly<Record<string, [unknown, boolean]>> = {
    eq: [value, true],
    neq: [value, false],
    in: [[value], true],
    notIn: [[value], false],
    isNull: [false, true],
    gt: [value, false],
    gte: [value, true],
    lt: [value, false],
    lte: [value, true],
    between: [[value, value], true],
    startsWith: [value, true],
    contains: [value, true],
    has: [first, true],
    hasAny: [[first, 'nobody'], true],
    hasAll: [value, true],
  };
  return Object.keys(filter.getFields()).map((operator) => [operator, ...(asked[operator] ?? [undefined, false])]);
}

async function idsOf(type: Listed, filter: object): Promise<string[]> {
  const query = `query ($filter: ${type}Filter) { list: ${LISTS[type]}(filter: $filter, first: 100) { nodes { id } } }`;
  const answer = await client.graphql(query, { filter });
  const { data } = answer.body as { readonly data?: { readonly list: { readonly nodes: readonly { id: string }[] } } };
  if (!data) throw new Error(answer.text);
  return data.list.nodes.map(({ id }) => id);
}

async function fullRecord(type: Listed, fields: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const answer = await client.graphql(`query ($id: ID!) { node(id: $id) { ... on ${type} { ${fields.join(' ')} } } }`, {
    id: full.get(type),
  });
  const { data } = answer.body as { readonly data?: { readonly node: Readonly<Record<string, unknown>> } };
  if (!data) throw new Error(answer.text);
  return data.node;
}

test.each(TYPES)('each operator of each field of %s finds the record by its value', async (type) => {
  const filters = filterOf(type).getFields();
  const fields = valuesOf(type).filter((field) => field in filters);
  const record = await fullRecord(type, fields);
  const id = full.get(type) ?? '';
  const wrong: string[] = [];
  let asked = 0;
  for (const field of fields) {
    const operators = operatorsOf(type, field);
    const value = record[field];
    // What a won sale cannot have: the other record shows that isNull finds.
    if (value === null) expect(`${type}.${field}`).toMatch(/lossReason|description/);
    for (const [operator, operand, finds] of value === null
      ? [['isNull', true, true] as const]
      : questions(operators, value)) {
      asked += 1;
      const found = await idsOf(type, {
        and: [{ id: { eq: id } }, { [field]: { [operator]: operand } }, ...bothKinds(type)],
      });
      if (found.includes(id) !== finds) wrong.push(`${field}: { ${operator}: ${JSON.stringify(operand)} }`);
    }
  }

  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(fields.length);
});

function bothKinds(type: Listed): object[] {
  return type === 'Contact' ? [{ isActive: { isNull: false } }] : [];
}

test('lists of texts: any of several, all of several, none of them', async () => {
  const id = full.get('Customer') ?? '';
  const found = async (tags: object): Promise<boolean> => (await idsOf('Customer', { tags })).includes(id);

  expect(await found({ hasAny: ['b', 'z'] })).toBe(true);
  expect(await found({ hasAny: ['z'] })).toBe(false);
  expect(await found({ hasAll: ['b', 'a'] })).toBe(true);
  expect(await found({ hasAll: ['a', 'z'] })).toBe(false);
  expect((await idsOf('Customer', { not: { tags: { hasAny: ['a'] } } })).includes(id)).toBe(false);
});

test('the examples of the page are valid, and are answered', async () => {
  const examples = [...PAGE.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) expect((await client.graphql(example)).text).not.toContain('"errors"');
});

test('the page explains each operator that there is', () => {
  const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  const operators = new Set(
    inputs
      .filter(({ name }) =>
        /^(Id|Text|SearchedText|TextList|Presence|Boolean|Int|Decimal|Date|DateTime)Filter$/.test(name),
      )
      .flatMap((input) => Object.keys(input.getFields())),
  );
  const listed = Object.values(filterOf('Customer').getFields()).some(({ type }) => isListType(getNullableType(type)));

  for (const operator of operators) expect(PAGE).toContain(`\`${operator}\``);
  expect(listed).toBe(true);
});
