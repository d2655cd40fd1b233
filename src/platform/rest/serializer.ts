/** The frozen JSON of a record: an explicit list of its members, and the writer and the JSON Schema that follow from it. */
import type { JsonSchema } from '../values/json-schema.js';

export type ShapeKind =
  'text' | 'uuid' | 'date' | 'instant' | 'integer' | 'boolean' | 'money' | 'percent' | 'textList' | 'json';

/** One member of the JSON: its frozen name, and the row's member that it shows. */
interface ShapeField<Row extends object> {
  readonly name: string;
  readonly from: keyof Row & string;
  readonly kind: ShapeKind;
  readonly nullable?: true;
  readonly description: string;
  /** It changes without the record's version: what a client sends back of it may be older, and is not compared. */
  readonly isUnversioned?: true;
  /** The words that a text may be. */
  readonly enum?: readonly string[];
}

export interface RestShape<Row extends object> {
  /** Its name among the OpenAPI schemas. */
  readonly name: string;
  readonly fields: readonly ShapeField<Row>[];
  readonly schema: JsonSchema;
  /** @returns the JSON text of a row; a null is always written */
  readonly write: (row: Row) => string;
  /** Piece by piece: joinJson ends it where it is too long. */
  readonly writeList: (rows: readonly Row[]) => Iterable<string>;
}

type Writer = (value: unknown) => string;

/** Makes the writer and the schema of a record's JSON. Rows hold wire form, so that most members are copied as they are. */
export function restShape<Row extends object>(name: string, fields: readonly ShapeField<Row>[]): RestShape<Row> {
  const write = makeWriter(fields);
  let schema: JsonSchema | undefined;
  return {
    name,
    fields,
    // Nobody reads that of a shape which is made for one request.
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

function makeWriter<Row extends object>(fields: readonly ShapeField<Row>[]): (row: Row) => string {
  const steps = fields.map(({ name, from, kind }, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`,
    from,
    writeValue: WRITERS[kind],
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

const WRITERS: Readonly<Record<ShapeKind, Writer>> = {
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

const SCHEMAS: Readonly<Record<ShapeKind, JsonSchema>> = {
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

function schemaOf<Row extends object>(fields: readonly ShapeField<Row>[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.map((field) => field.name),
    additionalProperties: false,
  };
}

function fieldSchema<Row extends object>({ kind, nullable, description, enum: words }: ShapeField<Row>): JsonSchema {
  const schema = { ...SCHEMAS[kind], ...(words === undefined ? {} : { enum: words }), description };
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
