/** Every list that can be searched, with every text of its filter in every place where a condition on it can stand: by the schema. */
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isInputObjectType, isObjectType, type GraphQLField } from 'graphql';

/** What a list is asked for. */
export interface TextQuestion {
  /** `Customer.contacts not lastName` */
  readonly name: string;
  readonly query: string;
  readonly variables: { readonly filter?: object; readonly search?: string };
}

const schema = buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8'));

interface SearchedList {
  readonly name: string;
  readonly query: string;
  /** Name of its input. */
  readonly filter: string;
  readonly isBelow: boolean;
}

/** The list of Query whose records are of a type. */
function rootOf(type: string): string | undefined {
  return Object.values(schema.getQueryType()?.getFields() ?? {}).find(
    (field) => getNamedType(field.type).name === `${type}Connection`,
  )?.name;
}

function listsOf(): SearchedList[] {
  return Object.keys(schema.getTypeMap()).flatMap((name) => {
    const type = schema.getType(name);
    return isObjectType(type) ? Object.values(type.getFields()).flatMap((field) => listOf(name, field)) : [];
  });
}

function listOf(owner: string, { name, args }: GraphQLField<unknown, unknown>): SearchedList[] {
  const filter = args.find((arg) => arg.name === 'filter')?.type.toString();
  if (filter === undefined || !args.some((arg) => arg.name === 'search')) return [];
  const isBelow = owner !== 'Query';
  const list = `${name}(first: 20, filter: $filter, search: $search) { totalCount nodes { id } }`;
  const body = isBelow ? `${rootOf(owner) ?? '?'}(first: 20) { nodes { ${list} } }` : list;
  const query = `query ($filter: ${filter}, $search: String) { ${body} }`;
  return [{ name: `${owner}.${name}`, query, filter, isBelow }];
}

/** The fields of an input and the names of their types. */
function fieldsOf(input: string): ReadonlyMap<string, string> {
  const type = schema.getType(input);
  const fields = isInputObjectType(type) ? Object.values(type.getFields()) : [];
  return new Map(fields.map((field) => [field.name, getNamedType(field.type).name]));
}

/** Fields of a filter that are texts to be searched. */
function textsOf(filter: string): string[] {
  return [...fieldsOf(filter)].filter(([, type]) => fieldsOf(type).has('contains')).map(([name]) => name);
}

/** Fields that lead to other records, as conditions that such a record is or is not there; each with that record's filter. */
function relationsOf(filter: string): [path: string, filter: string][] {
  return [...fieldsOf(filter)].flatMap(([name, type]): [string, string][] => {
    const related = fieldsOf(type).get('some');
    if (related !== undefined) return ['some', 'none'].map((which) => [`${name}.${which}`, related]);
    return type !== filter && fieldsOf(type).has('and') ? [[name, type]] : [];
  });
}

/** `{ contacts: { some: inner } }` */
function at(path: string, inner: object): object {
  return path.split('.').reduceRight<object>((value, name) => ({ [name]: value }), inner);
}

function filtersOf(filter: string, [one, other]: readonly [string, string]): [string, object][] {
  const own = textsOf(filter).flatMap((text): [string, object][] => {
    const [holds, holdsOther] = [{ [text]: { contains: one } }, { [text]: { contains: other } }];
    return [
      [text, holds],
      [`not ${text}`, { not: holds }],
      [`or ${text}`, { or: [holds, holdsOther] }],
      [`and ${text}`, { and: [holds, holdsOther] }],
    ];
  });
  const related = relationsOf(filter).flatMap(([name, of]) =>
    textsOf(of).flatMap((text): [string, object][] => {
      const holds = at(name, { [text]: { contains: one } });
      return [
        [`${name}.${text}`, holds],
        [`not ${name}.${text}`, { not: holds }],
      ];
    }),
  );
  return [...own, ...related];
}

/** @param texts two that are looked for */
export function textQuestions(texts: readonly [string, string]): TextQuestion[] {
  return listsOf().flatMap(({ name, query, filter, isBelow }) => {
    const filters = filtersOf(filter, texts).filter(([place]) => !isBelow || !place.includes('.'));
    const [first = {}] = filters.map(([, one]) => one);
    return [
      { name: `${name} search`, query, variables: { search: texts[0] } },
      { name: `${name} search and filter`, query, variables: { search: texts[1], filter: first } },
      ...filters.map(([place, one]) => ({ name: `${name} ${place}`, query, variables: { filter: one } })),
    ];
  });
}
