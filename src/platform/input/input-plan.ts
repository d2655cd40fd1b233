/** What each input class declares, collected from its decorators once and kept as a plan that reading an input follows. */
import { getMetadataStorage } from 'class-validator';
import type { Sentence } from '../errors/errors.js';
import { isInputRule, type InputRule } from './rules.js';
import type { TextForm } from '../values/normal-text.js';
import { toRestName } from '../values/text.js';

/** A class whose fields were declared with the decorators of fields.ts. */
export type InputClass<T extends object> = new () => T;

/** The default that only the service knows (the tenant's currency): an empty string reaches it as null. */
export const BY_SERVICE = Symbol('default known by the service');

/** How the text of a query string becomes a value. */
export type QueryReading = 'text' | 'integer' | 'boolean' | 'list';

/** What a field's text is, and how many characters of it there may be once it is normal. */
export interface FieldText {
  readonly form: TextForm;
  readonly max: number;
}

/** One field as its decorator declares it. */
export interface InputField {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly nullable: boolean;
  /** What an empty string means; `undefined`: null, or an error where null is not allowed. */
  readonly emptyMeans: unknown;
  readonly rejectsEmpty: boolean;
  readonly queryReading: QueryReading;
  /** How its text, or each text of its list, is normalised; null where it is none: numbers, and JSON of the caller's own. */
  readonly text: FieldText | null;
  /** To wire form (case, offset, decimals) before the rules; what it cannot read it hands on for them to reject. */
  readonly toWireForm: (value: unknown) => unknown;
}

export interface PlannedField extends InputField {
  readonly restName: string;
  readonly rules: readonly InputRule[];
  /** Of a new record: null takes the default, as if the field were not there. */
  readonly nullMeansDefault: boolean;
}

export interface InputPlan {
  readonly byName: ReadonlyMap<string, PlannedField>;
  readonly byRestName: ReadonlyMap<string, PlannedField>;
  readonly required: readonly PlannedField[];
}

type AnyClass = abstract new (...args: never[]) => object;

const creations = new WeakSet<AnyClass>();

/** Marks the input of a new record: an optional field that is sent as null takes its default. */
export function CreationInput(): (Class: AnyClass) => void {
  return (Class) => {
    creations.add(Class);
  };
}

const declared = new Map<object, Map<string, InputField>>();
/** The input of what takes nothing: any field is unknown. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a class without fields is the point
export class NoFields {}

const plans = new WeakMap<object, InputPlan | null>([
  [NoFields, { byName: new Map(), byRestName: new Map(), required: [] }],
]);

/** Notes a field under the prototype that declares it. */
export function declareField(prototype: object, field: InputField): void {
  const fields = declared.get(prototype) ?? new Map<string, InputField>();
  declared.set(prototype, fields.set(field.name, field));
}

/** @returns the plan of an instance's class, or null if it is none of ours */
export function findPlanOfInstance(instance: object): InputPlan | null {
  const { constructor } = instance;
  return isClass(constructor) ? findInputPlan(constructor) : null;
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === 'function';
}

/** @returns the plan of a class, or null if no field of it was declared; made at the first call */
function findInputPlan(Class: AnyClass): InputPlan | null {
  let plan = plans.get(Class);
  if (plan === undefined) {
    plan = makePlan(Class);
    plans.set(Class, plan);
  }
  return plan;
}

/** @returns the plan of a class; a class without fields is a mistake of ours */
export function inputPlanOf(Class: AnyClass): InputPlan {
  const plan = findInputPlan(Class);
  if (plan === null) throw new TypeError(`${Class.name} declares no input members`);
  return plan;
}

function makePlan(Class: AnyClass): InputPlan | null {
  const fields: PlannedField[] = [];
  const seen = new Set<string>();
  for (const prototype of prototypesOf(Class)) {
    for (const field of declared.get(prototype)?.values() ?? []) {
      // The nearest class wins: a subclass may declare a field anew.
      if (seen.has(field.name)) continue;
      seen.add(field.name);
      fields.push(planField(Class, prototype, field));
    }
  }
  if (fields.length === 0) return null;
  return {
    byName: new Map(fields.map((field) => [field.name, field])),
    byRestName: new Map(fields.map((field) => [field.restName, field])),
    required: fields.filter((field) => field.required),
  };
}

function planField(Class: AnyClass, prototype: object, field: InputField): PlannedField {
  return {
    ...field,
    restName: toRestName(field.name),
    rules: rulesOf(Class, prototype, field.name),
    nullMeansDefault: creations.has(Class) && !field.required && !field.nullable,
  };
}

function prototypesOf(Class: AnyClass): object[] {
  const chain: object[] = [];
  let prototype: unknown = Class.prototype;
  while (typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype) {
    chain.push(prototype);
    prototype = Object.getPrototypeOf(prototype);
  }
  return chain;
}

/**
 * The rules that class-validator holds for a field. Its own executor collects and regroups all metadata at every
 * call, which is most of the time of a request's validation; so they are collected once and run by validation.ts.
 */
function rulesOf(Class: AnyClass, prototype: object, name: string): InputRule[] {
  const storage = getMetadataStorage();
  return storage
    .getTargetValidationMetadatas(Class, '', true, false)
    .filter(
      ({ propertyName, target }) =>
        propertyName === name && typeof target === 'function' && target.prototype === prototype,
    )
    .flatMap((metadata) => {
      if (isInputRule(metadata.context)) return [metadata.context];
      return storage.getTargetValidatorConstraints(metadata.constraintCls).map((constraint): InputRule => {
        const { instance } = constraint;
        const args = { property: name, constraints: metadata.constraints, targetName: Class.name, object: {} };
        const holds = (value: unknown): boolean => instance.validate(value, { ...args, value }) === true;
        return { code: 'INVALID', sentence: INVALID, schema: {}, holds, ...(metadata.each ? { each: true } : {}) };
      });
    });
}

const INVALID: Sentence = { fr: "La valeur n'est pas acceptée.", en: 'The value is not accepted.' };
