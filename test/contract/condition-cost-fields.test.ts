/** Whatever the schema lets a caller filter, search or order by has a cost: a new field is priced unasked, or fails here. */
import {
  getNamedType,
  isInputObjectType,
  isListType,
  getNullableType,
  isObjectType,
  Kind,
  parse,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLSchema,
} from 'graphql';
import { buildGraphqlSchema } from '../../src/app/schema.js';
import { CONTACT_FILTER_COLUMNS } from '../../src/crm/contact/contact.filter.js';
import { CUSTOMER_FILTER_COLUMNS } from '../../src/crm/customer/customer.filter.js';
import { ACTIVITY_FILTER_COLUMNS } from '../../src/crm/activity/activity.filter.js';
import { OPPORTUNITY_FILTER_COLUMNS } from '../../src/crm/opportunity/opportunity.filter.js';
import { planConditions } from '../../src/platform/graphql-limits/condition-plan.js';

let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

/** Texts that nothing is searched for: places in a list, and keys of one record. */
const FREE_TEXTS: ReadonlySet<string> = new Set(['after', 'before', 'code']);

interface Argued {
  readonly name: string;
  readonly argument: GraphQLArgument;
  readonly costOf: (value: unknown) => number;
}

/** Each argument of each field that reads, with the cost that a value gives to the field. */
function readingArguments(): Argued[] {
  const types = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !type.name.startsWith('__') && type !== schema.getMutationType());
  return types.flatMap((type) =>
    Object.values(type.getFields()).flatMap((definition) =>
      definition.args.map((argument) => ({
        name: `${type.name}.${definition.name}(${argument.name})`,
        argument,
        costOf: costsOf(definition, argument.name),
      })),
    ),
  );
}

type Definition = Parameters<typeof planConditions>[0]['definition'];

/** Cost of a field of which one argument is a variable, by the value of that variable. */
function costsOf(definition: Definition, argument: string): Argued['costOf'] {
  const [operation] = parse(`query { ${definition.name}(${argument}: $value) }`).definitions;
  const [node] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  if (node?.kind !== Kind.FIELD) throw new Error('No field.');
  const costOf = planConditions({ node, definition });
  return (value) => costOf?.({ value }) ?? 0;
}

/** Each way through a filter to what is asked of one column, with a value around it: connectives and relations once each. */
function* conditionsIn(
  type: GraphQLInputObjectType,
  seen: readonly string[] = [],
): Generator<{ path: string; value: object }> {
  for (const field of Object.values(type.getFields())) {
    const inner = getNamedType(field.type);
    if (!isInputObjectType(inner))
      yield { path: [...seen, field.name].join('.'), value: { [field.name]: aValue(field) } };
    else if (seen.length < 5) {
      for (const { path, value } of conditionsIn(inner, [...seen, field.name])) {
        yield { path, value: { [field.name]: isListType(getNullableType(field.type)) ? [value] : value } };
      }
    }
  }
}

function aValue(field: GraphQLInputField): unknown {
  const one = getNamedType(field.type).name === 'Boolean' ? true : 'e';
  return isListType(getNullableType(field.type)) ? [one] : one;
}

test('every condition of every filter and order costs something, a part of a text the most', () => {
  const counts = { conditions: 0, contains: 0 };
  const free: string[] = [];
  for (const { name, argument, costOf } of readingArguments()) {
    const type = getNamedType(argument.type);
    if (!isInputObjectType(type)) continue;
    for (const { path, value } of conditionsIn(type)) {
      counts.conditions += 1;
      if (path.endsWith('.contains')) counts.contains += 1;
      const cost = costOf(isListType(getNullableType(argument.type)) ? [value] : value);
      if (cost < leastCostOf(path)) free.push(`${name} ${path}: ${cost}`);
    }
  }

  expect(free).toEqual([]);
  expect(counts.contains).toBeGreaterThan(100);
  expect(counts.conditions).toBeGreaterThan(1000);
});

/** Of a condition by its operator; the direction of an order is none. */
function leastCostOf(path: string): number {
  const operator = path.slice(path.lastIndexOf('.') + 1);
  return { contains: 850, startsWith: 230, direction: 0, nulls: 0 }[operator] ?? (operator === 'field' ? 100 : 155);
}

test('every text that a query is given is a search with a cost, or known to be none', () => {
  const texts = readingArguments().filter(({ argument }) => getNamedType(argument.type).name === 'String');
  const searched = texts.filter(({ argument }) => !FREE_TEXTS.has(argument.name));

  expect(searched.filter(({ costOf }) => costOf('e') < 700).map(({ name }) => name)).toEqual([]);
  expect(texts.filter((one) => !searched.includes(one) && one.costOf('e') > 0)).toEqual([]);
  expect(searched.length).toBeGreaterThanOrEqual(10);
});

test('conditions on columns that are made anew for each row cost more', () => {
  const all = {
    ActivityFilter: ACTIVITY_FILTER_COLUMNS,
    ContactFilter: CONTACT_FILTER_COLUMNS,
    CustomerFilter: CUSTOMER_FILTER_COLUMNS,
    OpportunityFilter: OPPORTUNITY_FILTER_COLUMNS,
  };
  const expressions = Object.entries(all).flatMap(([filter, columns]) =>
    Object.entries(columns)
      .filter(([, column]) => 'ignoresCase' in column && column.ignoresCase)
      .map(([name]) => [filter, name] as const),
  );

  const costs = expressions.map(([filter, name]) => {
    const { costOf } = readingArguments().find(({ argument }) => getNamedType(argument.type).name === filter) ?? {};
    return [filter, name, costOf?.({ [name]: { eq: 'e' } })];
  });

  expect(costs).toEqual([
    ['ContactFilter', 'email', 280],
    ['CustomerFilter', 'email', 280],
  ]);
});
