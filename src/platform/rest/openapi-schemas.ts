/** JSON Schemas of the OpenAPI document: input classes, from the rules that validate them, and the schemas that all answers share. */
import { ERROR_CATALOGUE, type ErrorCode } from '../errors/errors.js';
import { BY_SERVICE, inputPlanOf, NoFields, type InputClass, type PlannedField } from '../input/input-plan.js';
import type { JsonSchema } from '../values/json-schema.js';
import { orNull } from './serializer.js';
import type { NamedSchema } from './routes.js';

interface BodySchemaOptions {
  /** An update: absent fields stay unchanged, so none has a default. */
  readonly partial: boolean;
  readonly aliases?: Readonly<Record<string, string>> | undefined;
  /** The record's JSON; an update accepts its other fields if they are unchanged. */
  readonly returned?: NamedSchema | undefined;
}

/** @returns each field of an input class with its JSON Schema, null included where it is allowed */
export function fieldSchemas(
  Class: InputClass<object> = NoFields,
): readonly { readonly field: PlannedField; readonly schema: JsonSchema }[] {
  return [...inputPlanOf(Class).byName.values()].map((field) => {
    const schema = schemaOf(field);
    return { field, schema: field.nullable || field.nullMeansDefault ? orNull(schema) : schema };
  });
}

/** What all rules of a field say together; a narrower bound comes after a wider one. */
function schemaOf({ rules, description, emptyMeans }: PlannedField): JsonSchema {
  const schema: Record<string, unknown> = {};
  const items: Record<string, unknown> = {};
  for (const rule of rules) Object.assign(rule.each ? items : schema, rule.schema);
  if (rules.some(({ each }) => each)) schema.items = items;
  return {
    ...schema,
    description,
    ...(emptyMeans === undefined || emptyMeans === BY_SERVICE ? {} : { default: emptyMeans }),
  };
}

/** @returns the schema of a request's body, in REST names */
export function bodySchema(Class: InputClass<object>, options: BodySchemaOptions): JsonSchema {
  const fields = fieldSchemas(Class);
  const aliases = Object.entries(options.aliases ?? {});
  const properties: Record<string, JsonSchema> = options.partial ? readOnlyFields(options.returned) : {};
  for (const { field, schema } of fields)
    properties[field.restName] = orText(options.partial ? withoutDefault(schema) : schema);
  for (const [alias, name] of aliases) properties[alias] = aliasOf(name, properties[name]);
  const required = fields.filter(({ field }) => field.required).map(({ field }) => field.restName);
  const twofold = aliases.filter(([, name]) => required.includes(name));
  const plain = required.filter((name) => twofold.every(([, aliased]) => aliased !== name));
  return {
    type: 'object',
    properties,
    ...(plain.length > 0 ? { required: plain } : {}),
    ...eitherOf(twofold),
    additionalProperties: false,
  };
}

/** A required field with an alias may be sent under either name. */
function eitherOf(twofold: readonly (readonly [alias: string, name: string])[]): JsonSchema {
  const [first, ...more] = twofold.map(([alias, name]) => ({ anyOf: [{ required: [name] }, { required: [alias] }] }));
  if (first === undefined) return {};
  return more.length === 0 ? first : { allOf: [first, ...more] };
}

/** A body may hold an integer as text. */
function orText(schema: JsonSchema): JsonSchema {
  const { type, minimum, maximum } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? (type as unknown[]) : [type];
  if (!types.includes('integer')) return schema;
  const digits = maximum === 100 ? '(?:100|\\d{1,2})' : '\\d{1,9}';
  const pattern = typeof minimum === 'number' && minimum >= 0 ? `^${digits}$` : `^-?${digits}$`;
  return { ...schema, type: ['integer', 'string', ...types.filter((one) => one !== 'integer')], pattern };
}

function withoutDefault(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== 'default'));
}

function aliasOf(name: string, schema: JsonSchema = {}): JsonSchema {
  const described = { ...schema, description: `Another name of \`${name}\`, for older clients.`, deprecated: true };
  // Only one of the two names declares the default.
  return withoutDefault(described);
}

/** Without `readOnly`: validators and generated clients would not allow such fields in a request, where they may be sent back. */
function readOnlyFields(returned: NamedSchema | undefined): Record<string, JsonSchema> {
  const entries = Object.entries(returned?.schema.properties ?? {});
  return Object.fromEntries(
    entries.map(([name, schema]: [string, JsonSchema]) => [name, { ...schema, description: sentBack(schema) }]),
  );
}

function sentBack({ description }: JsonSchema): string {
  return `${typeof description === 'string' ? `${description} ` : ''}Read-only: it may be sent back as it was read, and any other value is rejected.`;
}

const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

const TOTAL_IS_EXACT =
  'Whether `total` is the whole number. With a filter or a search counting stops at 10 000: there are more then, and `cursor` leads to them.';

/** The envelope of a paginated list. */
export function pageSchema(items: JsonSchema): JsonSchema {
  const properties = {
    items: { type: 'array', items },
    total: { ...COUNT, description: 'Records that the caller may see, on all pages.' },
    page: { type: 'integer', minimum: 1 },
    page_size: { type: 'integer', minimum: 1, maximum: 100 },
    pages: { ...COUNT, type: ['integer', 'null'], description: 'Number of pages; null where the total is not exact.' },
    total_is_exact: { type: 'boolean', description: TOTAL_IS_EXACT },
    next_cursor: { type: ['string', 'null'], description: 'Send it as `cursor` for the next page; null at the end.' },
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** Every error answer (RFC 9457). */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: {
      type: 'string',
      description: 'A sentence for people: French, or English if `Accept-Language` asks for it.',
    },
    code: { $ref: '#/components/schemas/ErrorCode' },
    instance: { type: 'string', format: 'uri-reference' },
    request_id: { type: 'string', description: 'Names this request in our logs.' },
    errors: {
      type: 'array',
      description: 'What is wrong with each member that was sent.',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer into the body, or the name of the parameter.' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
        required: ['pointer', 'code', 'message'],
      },
    },
    details: { type: 'object', description: 'Facts for programs.' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'instance', 'request_id'],
};

export const ERROR_CODE_SCHEMA: JsonSchema = {
  type: 'string',
  description: 'Stable word for programs; the same in GraphQL.',
  enum: Object.keys(ERROR_CATALOGUE),
};

/** The problems of one status: the shared schema, narrowed to the codes that the route uses with it. */
export function problemSchema(codes: readonly ErrorCode[]): JsonSchema {
  return { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] };
}
