/** Reads REST input, in snake_case, into input classes: bodies with aliases and returned fields, and query strings. */
import { readUtcInstant } from '../values/calendar.js';
import { readDecimal } from '../values/decimal.js';
import { normalizeText } from '../values/normal-text.js';
import { MAX_LOOKED_UP } from '../input/looked-up-text.js';
import { inputPlanOf, type InputClass, type InputPlan, type PlannedField } from '../input/input-plan.js';
import type { RestSerializer, SerializedType } from './serializer.js';
import { FieldErrors, isPlainObject, readField } from '../input/validation.js';

interface RestBodyOptions<Row extends object> {
  /** Accepted aliases: alias → REST name. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** The JSON of the same record: fields of it that the input does not take are read-only, not unknown. */
  readonly serializer?: RestSerializer<Row>;
}

interface RestBody<T, Row> {
  readonly input: T;
  /**
   * For updates: clients may send back what they read. Equal read-only fields are ignored.
   * @throws AppError VALIDATION_FAILED with READ_ONLY for fields that differ from the row
   */
  readonly rejectChangedReadOnly: (current: Row) => void;
}

/**
 * Reads a body. At creation, fields that only the API sets are rejected. An update compares them with the row, which is
 * loaded after its input was found valid.
 * @throws AppError VALIDATION_FAILED
 */
export function parseRestBody<T extends object, Row extends object>(
  Class: InputClass<T>,
  body: unknown,
  { isUpdate = false, ...options }: RestBodyOptions<Row> & { readonly isUpdate?: boolean } = {},
): RestBody<T, Row> {
  const { values, readOnly, errors } = new BodyReader(inputPlanOf(Class), options).read(body);
  if (!isUpdate) for (const name of readOnly.keys()) errors.addKnown('READ_ONLY', [name]);
  errors.throwIfAny();
  return {
    input: Object.assign(new Class(), values),
    rejectChangedReadOnly: (current) => {
      for (const { name, from, type, isUnversioned } of options.serializer?.fields ?? []) {
        if (isUnversioned || !readOnly.has(name)) continue;
        if (!isSame(type, readOnly.get(name), current[from])) errors.addKnown('READ_ONLY', [name]);
      }
      errors.throwIfAny();
    },
  };
}

class BodyReader<Row extends object> {
  readonly errors = new FieldErrors();
  readonly values: Record<string, unknown> = {};
  /** Fields sent that only the API sets. */
  readonly readOnly = new Map<string, unknown>();
  private readonly aliases: ReadonlyMap<string, string>;
  private readonly returned: ReadonlySet<string>;

  constructor(
    private readonly plan: InputPlan,
    { aliases = {}, serializer }: RestBodyOptions<Row>,
  ) {
    this.aliases = new Map(Object.entries(aliases));
    this.returned = new Set(serializer?.fields.map((field) => field.name));
  }

  read(body: unknown): this {
    if (isPlainObject(body)) {
      for (const [name, value] of Object.entries(body)) this.readEntry(name, value);
      rejectAbsent(this.plan, this.values, this.errors);
    } else this.errors.addKnown('NOT_AN_OBJECT', []);
    return this;
  }

  private readEntry(name: string, value: unknown): void {
    const restName = this.aliases.get(name) ?? name;
    const field = this.plan.byRestName.get(restName);
    if (field !== undefined) this.readKnown(field, name, value);
    else if (this.returned.has(restName)) this.readOnly.set(restName, value);
    else this.errors.addUnknown(name);
  }

  private readKnown(field: PlannedField, name: string, sent: unknown): void {
    const value = readField(field, sent, [name], this.errors);
    // At creation, null counts as absent.
    if (value === undefined) return;
    const isGivenTwice = Object.hasOwn(this.values, field.name);
    if (isGivenTwice && this.values[field.name] !== value) this.errors.addKnown('CONFLICTING_MEMBERS', [name]);
    this.values[field.name] = value;
  }
}

function rejectAbsent(plan: InputPlan, values: object, errors: FieldErrors): void {
  for (const { name, restName } of plan.required) {
    if (!Object.hasOwn(values, name)) errors.addKnown('REQUIRED', [restName]);
  }
}

/** Whether a returned field equals the row's value, in any accepted spelling. */
function isSame(type: SerializedType, sent: unknown, held: unknown): boolean {
  return JSON.stringify(comparable(type, sent)) === JSON.stringify(comparable(type, held));
}

function comparable(type: SerializedType, value: unknown): unknown {
  if (type === 'money' || type === 'percent') {
    const reading = readDecimal(value);
    return 'text' in reading ? reading.text : value;
  }
  return typeof value === 'string' ? comparableText(type, value) : value;
}

const INTEGER = /^-?\d{1,15}$/;

function comparableText(type: SerializedType, value: string): string | number {
  if (type === 'instant') return readUtcInstant(value) ?? value;
  if (type === 'uuid') return value.toLowerCase();
  if (type === 'integer') return INTEGER.test(value) ? Number(value) : value;
  return type === 'text' ? normalizeText(value, 'code', MAX_LOOKED_UP) : value;
}

/**
 * Reads a query string: text becomes integers, booleans and lists where the class declares them.
 * @throws AppError VALIDATION_FAILED that names unknown and repeated parameters
 */
export function parseQuery<T extends object>(Class: InputClass<T>, query: unknown): T {
  const errors = new FieldErrors();
  const values: Record<string, unknown> = {};
  const plan = inputPlanOf(Class);
  // Fastify's parser makes objects without a prototype, so the class is not checked.
  for (const [name, value] of Object.entries(query ?? {})) {
    const field = plan.byRestName.get(name);
    if (field === undefined) errors.addUnknown(name);
    else if (Array.isArray(value) && field.queryReading !== 'list') errors.addKnown('REPEATED_PARAMETER', [name]);
    else values[field.name] = readField(field, fromQueryText(field, value), [name], errors);
  }
  rejectAbsent(plan, values, errors);
  errors.throwIfAny();
  return Object.assign(new Class(), values);
}

const BOOLEANS = new Map<string, boolean>([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** A text that cannot be converted stays text, and validation rejects it. Integers are converted by validation anyway. */
function fromQueryText({ queryReading }: PlannedField, value: unknown): unknown {
  if (typeof value !== 'string' || queryReading === 'text' || queryReading === 'integer') return value;
  // Python writes True.
  if (queryReading === 'boolean') return BOOLEANS.get(value.toLowerCase()) ?? value;
  return value === '' ? value : [value];
}
