/**
 * Plans the arguments of a field once: which ones the document gives, and what its literals contain. graphql-js looks at every field of
 * an input type again for each execution. A filter has sixty fields, of which a document gives two.
 */
import {
  getArgumentValues,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  valueFromAST,
  visit,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type ValueNode,
  type VariableNode,
} from 'graphql';
import type { CoercedVariables } from '../graphql-schema/variables.js';

type Values = Record<string, unknown>;

/** Makes the arguments of one call, which may modify them. @throws GraphQLError for an invalid argument, as graphql-js does */
export type ArgumentReader = (variables: CoercedVariables) => Values;

/** @returns undefined where the value is invalid, as `valueFromAST` does */
type ValueReader = (variables: CoercedVariables) => unknown;

/** An argument, or a field of an input object. */
interface Member {
  readonly name: string;
  /** Returns ABSENT where the member is not to be set. */
  readonly read: ValueReader;
}

const ABSENT = Symbol('no value and no default');

/** @returns undefined for a field that takes no arguments */
export function planArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode): ArgumentReader | undefined {
  if (definition.args.length === 0) return undefined;
  const members = planMembers(definition.args, node.arguments ?? []);
  return (variables) => readMembers(members, variables) ?? getArgumentValues(definition, node, variables);
}

/** The number of syntax nodes in the arguments, for the memory of their plan. */
export function countArgumentNodes({ arguments: given = [] }: FieldNode): number {
  let count = 0;
  const enter = (): void => {
    count += 1;
  };
  for (const { value } of given) visit(value, { enter });
  return count;
}

function planMembers(
  declared: readonly (GraphQLArgument | GraphQLInputField)[],
  given: readonly { readonly name: { readonly value: string }; readonly value: ValueNode }[],
): readonly Member[] {
  const nodes = new Map(given.map(({ name, value }) => [name.value, value]));
  return declared.flatMap((member) => planMember(member, nodes.get(member.name)) ?? []);
}

function planMember(
  { name, type, defaultValue }: GraphQLArgument | GraphQLInputField,
  node: ValueNode | undefined,
): Member | undefined {
  // undefined where a value is required: graphql-js then says what is missing.
  const otherwise = defaultValue === undefined && !isNonNullType(type) ? ABSENT : defaultValue;
  if (node === undefined) return otherwise === ABSENT ? undefined : { name, read: () => otherwise };
  const read = planValue(type, node);
  if (node.kind !== Kind.VARIABLE) return { name, read };
  return { name, read: (variables) => (isMissing(node, variables) ? otherwise : read(variables)) };
}

/** @returns undefined when one of them is invalid */
function readMembers(members: readonly Member[], variables: CoercedVariables): Values | undefined {
  const values: Values = {};
  for (const { name, read } of members) {
    const value = read(variables);
    if (value === undefined) return undefined;
    if (value !== ABSENT) values[name] = value;
  }
  return values;
}

function isMissing(node: VariableNode, variables: CoercedVariables): boolean {
  return valueOf(node, variables) === undefined;
}

/** Own properties only: a variable may be called `toString`. */
function valueOf({ name }: VariableNode, variables: CoercedVariables): unknown {
  return Object.hasOwn(variables, name.value) ? variables[name.value] : undefined;
}

function planValue(type: GraphQLInputType, node: ValueNode): ValueReader {
  if (node.kind === Kind.VARIABLE) return planVariable(type, node);
  if (isNonNullType(type)) return node.kind === Kind.NULL ? () => undefined : planValue(type.ofType, node);
  if (node.kind === Kind.NULL) return () => null;
  if (isListType(type)) return planList(type.ofType, node.kind === Kind.LIST ? node.values : [node]);
  return isInputObjectType(type) ? planObject(type, node) : planLeaf(type, node);
}

function planVariable(type: GraphQLInputType, node: VariableNode): ValueReader {
  const isNullable = !isNonNullType(type);
  return (variables) => {
    const value = valueOf(node, variables);
    return value !== null || isNullable ? value : undefined;
  };
}

function planList(type: GraphQLInputType, nodes: readonly ValueNode[]): ValueReader {
  const items = nodes.map((node) => planItem(type, node));
  return (variables) => {
    const values: unknown[] = [];
    for (const read of items) {
      const value = read(variables);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  };
}

/** A missing variable is null in a list. */
function planItem(type: GraphQLInputType, node: ValueNode): ValueReader {
  const read = planValue(type, node);
  if (node.kind !== Kind.VARIABLE || isNonNullType(type)) return read;
  return (variables) => (isMissing(node, variables) ? null : read(variables));
}

function planObject(type: GraphQLInputObjectType, node: ValueNode): ValueReader {
  if (node.kind !== Kind.OBJECT || type.isOneOf) return (variables) => valueFromAST(node, type, variables);
  const members = planMembers(Object.values(type.getFields()), node.fields);
  return (variables) => readMembers(members, variables);
}

/** A scalar or an enum. Only a value that cannot be modified is shared by all calls. */
function planLeaf(type: GraphQLInputType, node: ValueNode): ValueReader {
  if (node.kind === Kind.OBJECT || node.kind === Kind.LIST) return (variables) => valueFromAST(node, type, variables);
  const value: unknown = valueFromAST(node, type);
  return typeof value === 'object' && value !== null ? () => valueFromAST(node, type) : () => value;
}
