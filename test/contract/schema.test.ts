import { readFile } from 'node:fs/promises';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  print,
  validate,
  visit,
  type FieldDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
} from 'graphql';
import { readPlaygroundOperations } from '../../src/platform/pages/playground-operations.js';
import { writeSchemaText } from '../../src/app/schema-text.js';
import { buildGraphqlSchema } from '../../src/app/schema.js';

let schema: GraphQLSchema;

beforeAll(() => {
  schema = buildGraphqlSchema();
});

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
}

/** Everything in a type that a reader of the documentation can look at, by its coordinate: `Query.customer(id:)`. */
function partsOf(type: GraphQLNamedType): [coordinate: string, described: Described][] {
  const below = (part: Described): [string, Described] => [`${type.name}.${part.name}`, part];
  const parts: [string, Described][] = [[type.name, type]];
  if (isEnumType(type)) parts.push(...type.getValues().map(below));
  if (isInputObjectType(type)) parts.push(...Object.values(type.getFields()).map(below));
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      parts.push(below(field));
      for (const argument of field.args) parts.push([`${type.name}.${field.name}(${argument.name}:)`, argument]);
    }
  }
  return parts;
}

describe('the GraphQL schema', () => {
  test('is the one in schema.graphql', async () => {
    const committed = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8').catch(() => '');

    if (committed !== writeSchemaText(schema)) {
      throw new Error(
        'schema.graphql is not the schema that the code builds: run "npm run schema:emit" and review its diff.',
      );
    }
  });

  test('describes every type, field, argument, enum value and input field', () => {
    const ours = Object.values(schema.getTypeMap()).filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
    );

    const undescribed = ours
      .flatMap((type) => [...partsOf(type)])
      .filter(([, { description }]) => (description ?? '').trim() === '');

    expect(ours.length).toBeGreaterThan(20);
    expect(undescribed.map(([coordinate]) => coordinate)).toEqual([]);
  });

  test('fits the example operations of the playground', () => {
    const operations = readPlaygroundOperations(new URL('../../src/app/playground-operations/', import.meta.url));

    const problems = operations.flatMap((operation) =>
      validate(schema, parse(operation.query)).map(
        ({ message }) => `${operation.query.split('\n')[0] ?? ''}: ${message}`,
      ),
    );

    expect(operations.length).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });

  test('names references that are ids with Id at the end, and records without', () => {
    const typed = typedPartsOf(writeSchemaText(schema));
    const named = (part: TypedPart, ...names: readonly string[]): boolean => names.includes(part.typeName);
    const endsInId = ({ name }: TypedPart): boolean => /Ids?$/.test(name);

    const ids = typed.filter((part) => named(part, 'ID', 'IdFilter'));
    const wrongIds = ids.filter((part) => !endsInId(part) && part.name !== 'id' && part.name !== 'ids');
    const wrongRecords = typed.filter((part) => endsInId(part) && !named(part, 'ID', 'IdFilter', ...TEXTS));
    // Ids of what is no record.
    const texts = ['requestId', 'taxId'];
    const wrongTexts = typed.filter((part) => endsInId(part) && named(part, ...TEXTS) && !texts.includes(part.name));

    expect(ids.length).toBeGreaterThan(40);
    expect([...wrongIds, ...wrongRecords, ...wrongTexts].map(({ name }) => name)).toEqual([]);
  });
});

/** Types of a text and of conditions on one. */
const TEXTS = ['String', 'TextFilter'];

interface TypedPart {
  readonly name: string;
  /** Without lists and non-null. */
  readonly typeName: string;
}

/** Every field, argument and field of an input. */
function typedPartsOf(text: string): TypedPart[] {
  const parts: TypedPart[] = [];
  const add = ({ name, type }: FieldDefinitionNode | InputValueDefinitionNode): void => {
    parts.push({ name: name.value, typeName: print(type).replace(/[[\]!]/g, '') });
  };
  visit(parse(text), {
    // Its fields are operators.
    InputObjectTypeDefinition: ({ name }) => (name.value === 'IdFilter' ? false : undefined),
    FieldDefinition: add,
    InputValueDefinition: add,
  });
  return parts;
}
