/** Validation for both transports: turns what a caller sent into an instance of an input class, or throws a 422 that lists every wrong field. */
import type { ResolverData } from 'type-graphql';
import { validationError, type FieldError, type Sentence } from '../errors/errors.js';
import { BY_SERVICE, findPlanOfInstance, inputPlanOf, type InputClass, type PlannedField } from './input-plan.js';
import { IS_STORABLE, type InputRule } from './rules.js';
import { normalizeText } from '../values/normal-text.js';
import { isStorable } from '../values/text.js';

export type { InputClass } from './input-plan.js';

type FieldPath = readonly (string | number)[];

/** An answer lists at most this many errors. A body of 1 MiB could cause many more. */
const MAX_ERRORS = 100;
/** Characters of an unknown field's name that an error repeats. */
const MAX_NAME_LENGTH = 100;

export const SENTENCES = {
  REQUIRED: { fr: 'Une valeur est obligatoire.', en: 'A value is required.' },
  UNKNOWN_MEMBER: { fr: "Ce nom n'est pas connu ici.", en: 'This name is not known here.' },
  READ_ONLY: { fr: 'Cette valeur ne peut pas être modifiée.', en: 'This value cannot be changed.' },
  NOT_AN_OBJECT: { fr: 'Un objet JSON est attendu.', en: 'A JSON object is expected.' },
  CONFLICTING_MEMBERS: {
    fr: 'La même valeur est donnée deux fois, différemment.',
    en: 'The same value is given twice, and differently.',
  },
  REPEATED_PARAMETER: { fr: 'Ce paramètre est donné plusieurs fois.', en: 'This parameter is given more than once.' },
} as const satisfies Record<string, Sentence>;

/** The errors of one input, as they are found. */
export class FieldErrors {
  readonly list: FieldError[] = [];

  add(code: string, path: FieldPath, message: Sentence): void {
    if (this.list.length < MAX_ERRORS) this.list.push({ code, path, message });
  }

  addKnown(code: keyof typeof SENTENCES, path: FieldPath): void {
    this.add(code, path, SENTENCES[code]);
  }

  /** The error repeats the name, shortened. Errors never repeat values. */
  addUnknown(name: string, path: FieldPath = []): void {
    this.addKnown('UNKNOWN_MEMBER', [...path, name.slice(0, MAX_NAME_LENGTH)]);
  }

  throwIfAny(): void {
    if (this.list.length > 0) throw validationError(this.list);
  }
}

/**
 * Reads camelCase data into an instance that holds only declared fields that were sent.
 * @throws AppError VALIDATION_FAILED
 */
export function parseInput<T extends object>(Class: InputClass<T>, data: unknown): T {
  const errors = new FieldErrors();
  const values: Record<string, unknown> = {};
  const { byName, required } = inputPlanOf(Class);
  if (!isPlainObject(data)) errors.addKnown('NOT_AN_OBJECT', []);
  else {
    for (const [name, value] of Object.entries(data)) {
      const field = byName.get(name);
      if (field === undefined) errors.addUnknown(name);
      else if (value !== undefined) setField(values, name, readField(field, value, [name], errors));
    }
    for (const { name } of required) if (!Object.hasOwn(values, name)) errors.addKnown('REQUIRED', [name]);
  }
  errors.throwIfAny();
  return Object.assign(new Class(), values);
}

/** An object that came from JSON: no list, no class instance. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function setField(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) Reflect.deleteProperty(target, name);
  else target[name] = value;
}

/** @returns the value in wire form, undefined where it means nothing; what is wrong with it goes to `errors` */
export function readField(field: PlannedField, sent: unknown, path: FieldPath, errors: FieldErrors): unknown {
  const cleaned = normalizeField(field, sent);
  if (cleaned === '') return readEmpty(field, path, errors);
  if (cleaned === null) {
    if (field.nullMeansDefault) return undefined;
    if (!field.nullable) errors.addKnown('REQUIRED', path);
    return null;
  }
  const value = field.toWireForm(cleaned);
  // Later rules build on earlier ones, so only the first error is reported.
  field.rules.every((rule) => checkRule(rule, value, path, errors));
  return value;
}

function checkRule(rule: InputRule, value: unknown, path: FieldPath, errors: FieldErrors): boolean {
  if (!rule.each || !Array.isArray(value)) {
    const holds = rule.holds(value);
    if (!holds) errors.add(rule.code, path, rule.sentence);
    return holds;
  }
  const wrong = value.flatMap((item: unknown, index) => (rule.holds(item) ? [] : [index]));
  for (const index of wrong) errors.add(rule.code, [...path, index], rule.sentence);
  return wrong.length === 0;
}

function readEmpty(field: PlannedField, path: FieldPath, errors: FieldErrors): unknown {
  if (field.rejectsEmpty) {
    errors.addKnown('REQUIRED', path);
    return null;
  }
  return field.emptyMeans === undefined || field.emptyMeans === BY_SERVICE ? null : field.emptyMeans;
}

function normalizeField({ text }: PlannedField, value: unknown): unknown {
  if (text === null) return value;
  const normalize = (part: unknown): unknown =>
    typeof part === 'string' ? normalizeText(part, text.form, text.max) : part;
  return Array.isArray(value) ? value.map(normalize) : normalize(value);
}

/**
 * For `buildSchema({ validateFn })`: normalises the instances that TypeGraphQL made of the arguments, in place, by the
 * same rules as parseInput, and rejects text that cannot be stored in any other argument.
 * @throws AppError VALIDATION_FAILED
 */
export function validateGraphqlArgument(value: unknown, _type: unknown, resolverData: ResolverData): void {
  const errors = new FieldErrors();
  readArgument(value, isObject(value) ? [] : argumentPath(value, resolverData), errors);
  errors.throwIfAny();
}

/** TypeGraphQL does not say which argument it is; a scalar is found by its value, and an input's fields name themselves. */
function argumentPath(value: unknown, { args }: ResolverData): FieldPath {
  const name = Object.keys(args).find((key) => args[key] === value);
  return name === undefined ? [] : [name];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function readArgument(value: unknown, path: FieldPath, errors: FieldErrors): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) errors.add(IS_STORABLE.code, path, IS_STORABLE.sentence);
  } else if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      readArgument(item, [...path, index], errors);
    });
  } else if (isObject(value)) readArgumentObject(value, path, errors);
}

function readArgumentObject(target: Record<string, unknown>, path: FieldPath, errors: FieldErrors): void {
  const plan = findPlanOfInstance(target);
  for (const [name, value] of Object.entries(target)) {
    const field = plan?.byName.get(name);
    if (field === undefined) readArgument(value, [...path, name], errors);
    else if (value !== undefined) setField(target, name, readField(field, value, [...path, name], errors));
  }
}
