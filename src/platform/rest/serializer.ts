/** The frozen JSON of a record: an explicit list of its fields, and the writer and the JSON Schema that follow from it. */
import type { JsonSchema } from '../values/json-schema.js';

export type SerializedType =
  'text' | 'uuid' | 'date' | 'instant' | 'integer' | 'boolean' | 'money' | 'percent' | 'textList' | 'json';

/** One field of the JSON: its frozen name, and the row's field that it shows. */
interface SerializedField<Row extends object> {
  readonly name: string;
  readonly from: keyof Row & string;
  readonly type: SerializedType;
  readonly nullable?: true;
  readonly description: string;
  /** It changes without the record's version: what a client sends back of it may be older, and is not compared. */
  readonly isUnversioned?: true;
  /** The words that a text may be. */
  readonly enum?: readonly string[];
}

export interface RestSerializer<Row extends object> {
  /** Its name among the OpenAPI schemas. */
  readonly name: string;
  readonly fields: readonly SerializedField<Row>[];
  readonly schema: JsonSchema;
  /** @returns the JSON text of a row; a null is always written */
  readonly write: (row: Row) => string;
  /** Piece by piece: joinJson ends it where it is too long. */
  readonly writeList: (rows: readonly Row[]) => Iterable<string>;
}

type Writer = (value: unknown) => string;

/** Makes the writer and the schema of a record's JSON. Rows hold wire form, so that most fields are copied as they are. */
export function restSerializer<Row extends object>(
  name: string,
  fields: readonly SerializedField<Row>[],
): RestSerializer<Row> {
  const write = makeWriter(fields);
  let schema: JsonSchema | undefined;
  return {
    name,
    fields,
    // Nobody reads that of a serializer which is made for one request.
    get schema() {
      return (schema ??= schemaOf(fields));
    },
    write,
    writeList: (rows) => writeArray(rows, write),
  };
}

function* writeArray<Row>(rows: readonly Row[], write: (row: Row) => string): Generator<string> {
  let separator = '[';
  for (const row of rows) {
    yield separator + write(row);
    separator = ',';
  }
  yield rows.length === 0 ? '[]' : ']';
}

function makeWriter<Row extends object>(fields: readonly SerializedField<Row>[]): (row: Row) => string {
  const steps = fields.map(({ name, from, type }, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    from,
    writeValue: WRITERS[type],
  }));
  return (row) => {
    let text = '';
    for (const { prefix, from, writeValue } of steps) {
      const value = row[from];
      text += prefix + (value === null || value === undefined ? 'null' : writeValue(value));
    }
    return `${text}}`;
  };
}

// Native escaping of one string is faster than asking a regular expression whether it is needed.
const writeJson: Writer = (value) => JSON.stringify(value);

const WRITERS: Readonly<Record<SerializedType, Writer>> = {
  text: writeJson,
  uuid: writeJson,
  date: writeJson,
  instant: writeJson,
  integer: String,
  boolean: String,
  // The column's exact text is the JSON number: `50000.00` never passes through a float.
  money: String,
  percent: String,
  textList: writeJson,
  json: writeJson,
};

const SCHEMAS: Readonly<Record<SerializedType, JsonSchema>> = {
  text: { type: 'string' },
  uuid: { type: 'string', format: 'uuid' },
  date: { type: 'string', format: 'date' },
  instant: { type: 'string', format: 'date-time' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  money: { type: 'number' },
  percent: { type: 'number', minimum: 0, maximum: 100 },
  textList: { type: 'array', items: { type: 'string' } },
  json: {},
};

function schemaOf<Row extends object>(fields: readonly SerializedField<Row>[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.map((field) => field.name),
    additionalProperties: false,
  };
}

function fieldSchema<Row extends object>({
  type,
  nullable,
  description,
  enum: words,
}: SerializedField<Row>): JsonSchema {
  const schema = { ...SCHEMAS[type], ...(words === undefined ? {} : { enum: words }), description };
  return nullable === true ? orNull(schema) : schema;
}

/** @returns the schema, with null allowed */
export function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: words } = schema;
  return {
    ...schema,
    ...(type === undefined ? {} : { type: [...(Array.isArray(type) ? (type as unknown[]) : [type]), 'null'] }),
    ...(Array.isArray(words) ? { enum: [...(words as unknown[]), null] } : {}),
  };
}
