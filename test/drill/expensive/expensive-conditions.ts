/** Conditions by chance that cost as much as they may: found in the schema's inputs, so that a new member is tried unasked. */
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  getNullableType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedInputType,
} from 'graphql';
import type { Random } from '../random.js';

/** What stands in most texts, in many, in few. */
const PARTS = ['e', 'a', '1', 'er', 'an', 'sa', 'point', 'martin', 'relance', 'ateliers', '@exemple', '77'];
const BEGINNINGS = ['A', 'C', 'Projet', 'contact1', 'OPP-2026-00', 'Appel de qualification 1'];
const SCALARS: Readonly<Partial<Record<string, readonly unknown[]>>> = {
  Boolean: [true, false],
  Int: [0, 10, 50, 75],
  Decimal: ['0.00', '1000.00', '45000.00', '100000000.00'],
  Date: ['2025-01-01', '2026-03-31', '2026-12-31'],
  DateTime: ['2024-06-01T10:00:00Z', '2025-06-01T10:00:00Z', '2026-12-31T10:00:00Z'],
  DateOrDateTime: ['2025-06-01', '2026-12-31'],
};
/** The lists that a filter may hold are as long as this. */
const LONGEST = 100;
const MAX_RELATIONS = 2;
const MAX_DEPTH = 7;

/** Ids of records by their types. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

interface Budget {
  conditions: number;
  parts: number;
}

export class ExpensiveConditions {
  constructor(
    private readonly random: Random,
    private readonly ids: KnownIds,
  ) {}

  /** A filter of a few conditions, or of as many as there may be. */
  filter(type: GraphQLInputObjectType): object {
    const { random } = this;
    const budget = { conditions: random.pick([2, 5, 12, 30, 90]), parts: random.pick([0, 1, 2, 5, 5]) };
    return this.conditions(type, budget, 0, 0);
  }

  text(): string {
    return this.random.pick(PARTS);
  }

  /** At least two characters. */
  longerText(): string {
    return this.random.pick(PARTS.filter(({ length }) => length > 1));
  }

  id(type: string): string {
    const known = this.ids[type] ?? Object.values(this.ids).flat();
    return this.random.pick(known);
  }

  private conditions(type: GraphQLInputObjectType, budget: Budget, depth: number, relations: number): object {
    const { random } = this;
    const fields = Object.values(type.getFields()).filter((field) => this.mayStand(field, depth, relations));
    const wanted = random.integer(1, 3);
    const members: Record<string, unknown> = {};
    for (let count = 0; count < wanted && budget.conditions > 0; count += 1) {
      const field = this.pickField(fields);
      members[field.name] ??= this.member(type, field, budget, depth, relations);
    }
    return members;
  }

  private mayStand(field: GraphQLInputField, depth: number, relations: number): boolean {
    if (isConnective(field)) return depth < MAX_DEPTH;
    return !isRelation(field) || relations < MAX_RELATIONS;
  }

  /** Relations and connectives are few among many members, and what costs most. */
  private pickField(fields: readonly GraphQLInputField[]): GraphQLInputField {
    const { random } = this;
    const wanted = random.pick([isConnective, isRelation, () => true, isSearched]);
    const those = fields.filter(wanted);
    return random.pick(those.length > 0 ? those : fields);
  }

  private member(
    type: GraphQLInputObjectType,
    field: GraphQLInputField,
    budget: Budget,
    depth: number,
    relations: number,
  ): unknown {
    const { random } = this;
    const own = getNamedType(field.type);
    if (!isInputObjectType(own)) return undefined;
    if (isListType(getNullableType(field.type))) {
      const parts = random.integer(2, 8);
      return Array.from({ length: parts }, () => this.conditions(own, budget, depth + 1, relations));
    }
    if (field.name === 'not') return this.conditions(own, budget, depth + 1, relations);
    budget.conditions -= 1;
    if (!isRelation(field)) return this.operators(type, field.name, own, budget);
    const inner = own.getFields().some ?? own.getFields().none;
    if (!inner) return this.conditions(own, budget, depth + 1, relations + 1);
    const innerType = getNamedType(inner.type);
    if (!isInputObjectType(innerType)) return undefined;
    return { [random.pick(['some', 'none'])]: this.conditions(innerType, budget, depth + 1, relations + 1) };
  }

  private operators(
    type: GraphQLInputObjectType,
    member: string,
    operators: GraphQLInputObjectType,
    budget: Budget,
  ): object {
    const { random } = this;
    const { contains } = operators.getFields();
    if (contains && budget.parts > 0 && random.chance(0.7)) {
      budget.parts -= 1;
      return { contains: this.text() };
    }
    const { name, type: operand } = random.pick(
      Object.values(operators.getFields()).filter((operator) => operator !== contains),
    );
    const one = (): unknown => this.operand(type, member, name, getNamedType(operand));
    if (name === 'between') return { between: [one(), one()].sort() };
    if (!isListType(getNullableType(operand))) return { [name]: one() };
    return { [name]: Array.from({ length: random.pick([1, 5, 30, LONGEST]) }, one) };
  }

  private operand(
    type: GraphQLInputObjectType,
    member: string,
    operator: string,
    operand: GraphQLNamedInputType,
  ): unknown {
    const { random } = this;
    if (isEnumType(operand)) return random.pick(operand.getValues()).name;
    if (operator === 'isNull') return random.chance(0.3);
    if (operand.name === 'ID') return this.id(typeOfId(type, member));
    const scalars = SCALARS[operand.name];
    if (scalars) return random.pick(scalars);
    return operator === 'startsWith' ? random.pick(BEGINNINGS) : `Texte ${random.integer(0, 999)}`;
  }
}

function isConnective({ name }: GraphQLInputField): boolean {
  return ['and', 'or', 'not'].includes(name);
}

/** `{ some, none }`, or a filter itself. */
function isRelation(field: GraphQLInputField): boolean {
  const type = getNamedType(field.type);
  if (isConnective(field) || !isInputObjectType(type)) return false;
  return ['some', 'none', 'and'].some((name) => name in type.getFields());
}

function isSearched({ type }: GraphQLInputField): boolean {
  const named = getNamedType(type);
  return isInputObjectType(named) && 'contains' in named.getFields();
}

/** `CustomerFilter.id` → `Customer`, `customerId` → `Customer`, `assignedTo` → `User`. */
function typeOfId({ name }: GraphQLInputObjectType, member: string): string {
  if (member === 'id') return name.replace('Filter', '');
  if (!member.endsWith('Id')) return 'User';
  return member.charAt(0).toUpperCase() + member.slice(1, -2);
}
