/** What each input class declares, collected from its decorators once and kept as a plan that reading an input follows. */
import { getMetadataStorage } from 'class-validator';
import type { Sentence } from '../errors/errors.js';
import { isInputRule, type InputRule } from './rules.js';
import type { TextForm } from '../values/normal-text.js';
import { toRestName } from '../values/text.js';

/** A class whose members were declared with the decorators of fields.ts. */
export type InputClass<T extends object> = new () => T;

/** The default that only the service knows (the tenant's currency): an empty string reaches it as null. */
export const BY_SERVICE = Symbol('default known by the service');

/** How the text of a query string becomes a value. */
export type QueryReading = 'text' | 'integer' | 'boolean' | 'list';

/** What a member's text is, and how many characters of it there may be once it is normal. */
export interface MemberText {
  readonly form: TextForm;
  readonly max: number;
}

/** One member as its decorator declares it. */
export interface InputMember {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly nullable: boolean;
  /** What an empty string means; `undefined`: null, or a refusal where null is not allowed. */
  readonly emptyMeans: unknown;
  readonly refusesEmpty: boolean;
  readonly queryReading: QueryReading;
  /** How its text, or each text of its list, is normalised; null where it is none: numbers, and JSON of the caller's own. */
  readonly text: MemberText | null;
  /** To wire form (case, offset, decimals) before the rules; what it cannot read it hands on for them to refuse. */
  readonly toWireForm: (value: unknown) => unknown;
}

export interface PlannedMember extends InputMember {
  readonly restName: string;
  readonly rules: readonly InputRule[];
  /** Of a new record: null takes the default, as if the member were not there. */
  readonly nullMeansDefault: boolean;
}

export interface InputPlan {
  readonly byName: ReadonlyMap<string, PlannedMember>;
  readonly byRestName: ReadonlyMap<string, PlannedMember>;
  readonly required: readonly PlannedMember[];
}

type AnyClass = abstract new (...args: never[]) => object;

const creations = new WeakSet<AnyClass>();

/** Marks the input of a new record: an optional member that is sent as null takes its default. */
export function CreationInput(): (Class: AnyClass) => void {
  return (Class) => {
    creations.add(Class);
  };
}

const declared = new Map<object, Map<string, InputMember>>();
/** The input of what takes nothing: any member is unknown. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a class without members is the point
export class NoMembers {}

const plans = new WeakMap<object, InputPlan | null>([
  [NoMembers, { byName: new Map(), byRestName: new Map(), required: [] }],
]);

/** Notes a member under the prototype that declares it. */
export function declareMember(prototype: object, member: InputMember): void {
  const members = declared.get(prototype) ?? new Map<string, InputMember>();
  declared.set(prototype, members.set(member.name, member));
}

/** @returns the plan of an instance's class, or null if it is none of ours */
export function findPlanOfInstance(instance: object): InputPlan | null {
  const { constructor } = instance;
  return isClass(constructor) ? findInputPlan(constructor) : null;
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === 'function';
}

/** @returns the plan of a class, or null if no member of it was declared; made at the first call */
function findInputPlan(Class: AnyClass): InputPlan | null {
  let plan = plans.get(Class);
  if (plan === undefined) {
    plan = makePlan(Class);
    plans.set(Class, plan);
  }
  return plan;
}

/** @returns the plan of a class; a class without members is a mistake of ours */
export function inputPlanOf(Class: AnyClass): InputPlan {
  const plan = findInputPlan(Class);
  if (plan === null) throw new TypeError(`${Class.name} declares no input members`);
  return plan;
}

function makePlan(Class: AnyClass): InputPlan | null {
  const members: PlannedMember[] = [];
  const seen = new Set<string>();
  for (const prototype of prototypesOf(Class)) {
    for (const member of declared.get(prototype)?.values() ?? []) {
      // The nearest class wins: a subclass may declare a member anew.
      if (seen.has(member.name)) continue;
      seen.add(member.name);
      members.push(planMember(Class, prototype, member));
    }
  }
  if (members.length === 0) return null;
  return {
    byName: new Map(members.map((member) => [member.name, member])),
    byRestName: new Map(members.map((member) => [member.restName, member])),
    required: members.filter((member) => member.required),
  };
}

function planMember(Class: AnyClass, prototype: object, member: InputMember): PlannedMember {
  return {
    ...member,
    restName: toRestName(member.name),
    rules: rulesOf(Class, prototype, member.name),
    nullMeansDefault: creations.has(Class) && !member.required && !member.nullable,
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
 * The rules that class-validator holds for a member. Its own executor collects and regroups all metadata at every
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
