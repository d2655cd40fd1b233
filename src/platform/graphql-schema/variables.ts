/** Coerces the variables of an operation once, before execution. Errors name the path of an invalid value, never the value. */
import {
  coerceInputValue,
  GraphQLError,
  isInputType,
  isNonNullType,
  typeFromAST,
  valueFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { AppError, type FieldError, type Sentence } from '../errors/errors.js';
import { getOrMake } from '../values/get-or-make.js';
import { reasonOf } from './variable-reasons.js';

export type CoercedVariables = Readonly<Record<string, unknown>>;

interface Variable {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly node: VariableDefinitionNode;
}

const NO_VARIABLES: CoercedVariables = Object.freeze({});
/** The largest number of errors that are reported, as in graphql-js. */
const MAX_PROBLEMS = 50;

const REQUIRED: Sentence = { fr: 'Cette valeur est requise.', en: 'This value is required.' };
const UNKNOWN_MEMBER: Sentence = { fr: 'Ce membre est inconnu.', en: 'This member is unknown.' };

const variablesOf = new WeakMap<OperationDefinitionNode, readonly Variable[]>();

/** @throws GraphQLError around a BAD_USER_INPUT; its `fields` give the path of each invalid value, starting with the variable */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  inputs: Readonly<Record<string, unknown>> | undefined,
): CoercedVariables {
  const variables = getOrMake(variablesOf, operation, () => readVariables(schema, operation));
  if (variables.length === 0) return NO_VARIABLES;
  const coerced: Record<string, unknown> = {};
  const problems: FieldError[] = [];
  let firstWrong: VariableDefinitionNode | undefined;
  for (const variable of variables) {
    coerceVariable(variable, inputs ?? NO_VARIABLES, coerced, problems);
    if (problems.length > 0) firstWrong ??= variable.node;
  }
  if (firstWrong !== undefined) throw misfit(firstWrong, problems);
  return coerced;
}

function misfit(node: VariableDefinitionNode, problems: readonly FieldError[]): GraphQLError {
  const [first] = problems;
  const rejection = new AppError('BAD_USER_INPUT', first && sentenceOf(first), {
    fields: problems.slice(0, MAX_PROBLEMS),
  });
  return new GraphQLError(rejection.message, { nodes: [node], originalError: rejection });
}

function readVariables(schema: GraphQLSchema, operation: OperationDefinitionNode): readonly Variable[] {
  return (operation.variableDefinitions ?? []).flatMap((node) => {
    const type = typeFromAST(schema, node.type);
    return isInputType(type) ? [{ name: node.variable.name.value, type, node }] : [];
  });
}

function coerceVariable(
  { name, type, node }: Variable,
  inputs: Readonly<Record<string, unknown>>,
  coerced: Record<string, unknown>,
  problems: FieldError[],
): void {
  if (!Object.hasOwn(inputs, name)) {
    if (node.defaultValue !== undefined) coerced[name] = valueFromAST(node.defaultValue, type);
    else if (isNonNullType(type)) problems.push({ path: [name], code: 'REQUIRED', message: REQUIRED });
    return;
  }
  const value = inputs[name];
  if (value === null && isNonNullType(type)) {
    problems.push({ path: [name], code: 'REQUIRED', message: REQUIRED });
    return;
  }
  coerced[name] = coerceInputValue(value, type, (path, invalid, error) => {
    problems.push(problemAt([name, ...path], invalid, error));
  });
}

function problemAt(path: readonly (string | number)[], invalid: unknown, error: GraphQLError): FieldError {
  // A custom scalar has its own sentence.
  if (error.originalError instanceof AppError) {
    return { path, code: error.originalError.code, message: error.originalError.sentence };
  }
  // graphql-js names the field in its message only.
  const [, missing] = /^Field "(\w{1,60})" of required type/.exec(error.message) ?? [];
  if (missing !== undefined) return { path: [...path, missing], code: 'REQUIRED', message: REQUIRED };
  const [, unknown] = /^Field "(\w{1,60})" is not defined by/.exec(error.message) ?? [];
  if (unknown !== undefined) return { path: [...path, unknown], code: 'UNKNOWN_MEMBER', message: UNKNOWN_MEMBER };
  return invalid === null || invalid === undefined
    ? { path, code: 'REQUIRED', message: REQUIRED }
    : { path, code: 'INVALID', message: reasonOf(error.message) };
}

/** Explains the first problem. The name of an unknown field was sent by the caller, so the path of its object is given instead. */
function sentenceOf({ path, code, message }: FieldError): Sentence {
  const name = `$${(code === 'UNKNOWN_MEMBER' ? path.slice(0, -1) : path).join('.')}`;
  return { fr: `Variable « ${name} » : ${message.fr}`, en: `Variable "${name}": ${message.en}` };
}
