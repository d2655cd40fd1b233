/** What each input class declares, collected from its decorators once and kept as a plan that reading an input follows. */
import type { InputRule } from './rules.js';
import { getOrMake } from '../values/get-or-make.js';
import type { TextForm } from '../values/normal-text.js';
import { toRestName } from '../values/text.js';

/** A class whose fields were declared with the decorators of fields.ts. */
export type InputClass<T extends object> = new () => T;

/** A default that only the service knows, such as the tenant's currency. An empty string reaches the service as null. */
export const BY_SERVICE = Symbol('default known by the service');

/** How the text of a query string becomes a value. */
export type QueryReading = 'text' | 'integer' | 'boolean' | 'list';

/** How a field's text is normalized, and how many characters the normal text may have. */
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
  /** How its text, or each text of its list, is normalized; null for fields without normal text: numbers and free-form JSON. */
  readonly text: FieldText | null;
  /** Converts to wire form (case, offset, decimals) before the rules run. A value that it cannot read is returned unchanged; the rules reject it. */
  readonly toWireForm: (value: unknown) => unknown;
  /** Checked in order on the value in wire form. The first that fails ends the check. */
  readonly rules: readonly InputRule[];
}

export interface PlannedField extends InputField {
  readonly restName: string;
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
/** The input of an operation that takes no fields. */
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
  return getOrMake<AnyClass, InputPlan | null>(plans, Class, makePlan);
}

/** @returns the plan of a class; a class without fields is a mistake of ours */
export function inputPlanOf(Class: AnyClass): InputPlan {
  const plan = findInputPlan(Class);
  if (plan === null) throw new TypeError(`${Class.name} declares no input members`);
  return plan;
}

function makePlan(Class: AnyClass): InputPlan | null {
  const isCreation = creations.has(Class);
  const byName = new Map<string, PlannedField>();
  for (const field of prototypesOf(Class).flatMap((prototype) => [...(declared.get(prototype)?.values() ?? [])])) {
    // The nearest class wins: a subclass may declare a field anew.
    if (byName.has(field.name)) continue;
    const nullMeansDefault = isCreation && !field.required && !field.nullable;
    byName.set(field.name, { ...field, restName: toRestName(field.name), nullMeansDefault });
  }
  if (byName.size === 0) return null;
  const fields = [...byName.values()];
  return {
    byName,
    byRestName: new Map(fields.map((field) => [field.restName, field])),
    required: fields.filter((field) => field.required),
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
