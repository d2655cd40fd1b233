/**
 * Follows a plan exactly as graphql-js executes a document: the same calls in the same order, the same promises, the same errors
 * (execute.js of graphql 16.15, whose functions these mirror). A change there is a change here; the tests compare the two.
 */
import {
  defaultTypeResolver,
  GraphQLError,
  isObjectType,
  locatedError,
  OperationTypeNode,
  type ExecutionResult,
  type GraphQLAbstractType,
  type GraphQLObjectType,
} from 'graphql';
import {
  abandon,
  CollectedErrors,
  fieldPathOf,
  infoOf,
  isObjectLike,
  isPromise,
  pathToArray,
  resolveField,
  type Path,
  type Run,
} from './execution.js';
import { NOT_READ, type LeafReader } from './leaf-reader.js';
import { selectionOn, type FieldPlan, type OperationPlan, type SelectionPlan, type Shape } from './plan.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

type Data = Record<string, unknown>;

/** Runs the planned operation with variables that are coerced already. */
export function runPlan(
  plan: OperationPlan,
  variables: CoercedVariables,
  contextValue: unknown,
): ExecutionResult | Promise<ExecutionResult> {
  const run: Run = { plan, contextValue, variables, errors: new CollectedErrors(), argumentsByField: new Map() };
  const fail = (error: unknown): ExecutionResult => {
    // Located by runField already: this only tells the compiler.
    run.errors.add(error instanceof GraphQLError ? error : locatedError(error, undefined, undefined), undefined);
    return resultOf(run, null);
  };
  try {
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION;
    const data = isSerial ? runSerially(run) : runFields(run, plan.root, undefined, undefined);
    return isPromise<Data>(data) ? data.then((settled) => resultOf(run, settled), fail) : resultOf(run, data);
  } catch (error) {
    return fail(error);
  }
}

function resultOf({ errors: { errors } }: Run, data: Data | null): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}

/** Mutations: the next one starts when the one before it is complete, and not at all after a failure that nulls everything. */
function runSerially(run: Run): Data | Promise<Data> {
  const data: Data = {};
  let previous: Promise<Data> | undefined;
  for (const field of run.plan.root.fields) {
    const path: Path = { prev: undefined, key: field.responseName, typename: field.parentType.name };
    const step = (): Data | Promise<Data> => {
      const value = runField(run, field, undefined, path);
      if (isPromise(value)) return value.then((settled) => store(data, field, settled));
      return store(data, field, value);
    };
    if (previous === undefined) {
      const stepped = step();
      if (isPromise<Data>(stepped)) previous = stepped;
    } else previous = previous.then(step);
  }
  return previous ?? data;
}

function store(data: Data, field: FieldPlan, value: unknown): Data {
  data[field.responseName] = value;
  return data;
}

function runFields(run: Run, selection: SelectionPlan, source: unknown, prev: Path | undefined): Data | Promise<Data> {
  const { data, fields } = begin(selection, source);
  let pending: FieldPlan[] | undefined;
  try {
    for (const field of fields) {
      const { responseName, typename, parentType } = field;
      const value = typename ?? runField(run, field, source, { prev, key: responseName, typename: parentType.name });
      data[responseName] = value;
      if (isPromise(value)) (pending ??= []).push(field);
    }
  } catch (error) {
    if (pending === undefined) throw error;
    // The other fields' promises may also reject: they are waited for, so that nothing rejects unheard.
    const settled = Promise.all(Object.values(data)).then(() => data);
    return settled.finally(() => {
      throw error;
    });
  }
  return pending === undefined ? data : settleFields(data, pending);
}

/** The object with its scalars, and the fields that are still to be run: all of them where something about the source is odd. */
function begin({ fields, readLeaves, others }: SelectionPlan, source: unknown) {
  const data = readLeaves !== undefined && isObjectLike(source) ? readLeaves(source) : NOT_READ;
  return data === NOT_READ ? { data: {} as Data, fields } : { data, fields: others };
}

/** Puts the values in place of the promises; graphql-js builds a second object. */
function settleFields(data: Data, pending: readonly FieldPlan[]): Promise<Data> {
  return Promise.all(pending.map(({ responseName }) => data[responseName])).then((values) => {
    pending.forEach(({ responseName }, index) => {
      data[responseName] = values[index];
    });
    return data;
  });
}

function runField(run: Run, field: FieldPlan, source: unknown, path: Path): unknown {
  try {
    const resolved = resolveField(run, field, source, path);
    const completed = isPromise(resolved)
      ? resolved.then((value) => completeValue(run, field, field.shape, path, value))
      : completeValue(run, field, field.shape, path, resolved);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) => nullOrThrow(run, field, field.shape, path, error));
  } catch (error) {
    return nullOrThrow(run, field, field.shape, path, error);
  }
}

/** A nullable place takes the error and becomes null; from a non-null one it goes up. */
function nullOrThrow(run: Run, field: FieldPlan, shape: Shape, path: Path, thrown: unknown): null {
  const error = locatedError(thrown, field.nodes, pathToArray(path));
  if (shape.isNonNull) throw error;
  run.errors.add(error, path);
  return null;
}

function completeValue(run: Run, field: FieldPlan, shape: Shape, path: Path, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (value !== null && value !== undefined) return completePresent(run, field, shape, path, value);
  if (!shape.isNonNull) return null;
  throw new Error(`Cannot return null for non-nullable field ${field.parentType.name}.${field.definition.name}.`);
}

function completePresent(run: Run, field: FieldPlan, shape: Shape, path: Path, value: unknown): unknown {
  switch (shape.kind) {
    case 'leaf': {
      const data = shape.serialize(value);
      if (data === null || data === undefined)
        throw new Error('A scalar must serialize a value to one that is not null.');
      return data;
    }
    case 'list':
      return completeList(run, field, shape.item, path, value);
    case 'object':
      return completeObject(run, field, shape.type, path, value);
    case 'abstract':
      return completeAbstract(run, field, shape.type, path, value);
  }
}

function completeList(run: Run, field: FieldPlan, shape: Shape, prev: Path, list: unknown): unknown {
  if (!isIterable(list)) {
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.definition.name}".`,
    );
  }
  const items: unknown[] = [];
  const readLeaves = leavesOf(run, field, shape);
  let hasPromise = false;
  try {
    for (const item of list) {
      const data = readItem(readLeaves, item);
      const completed =
        data === NOT_READ
          ? completeItem(run, field, shape, { prev, key: items.length, typename: undefined }, item)
          : data;
      hasPromise ||= isPromise(completed);
      items.push(completed);
    }
  } catch (error) {
    abandon(items);
    abandon(list);
    throw error;
  }
  return hasPromise ? Promise.all(items) : items;
}

/** The reader of items of which nothing but scalar properties is selected. */
function leavesOf(run: Run, field: FieldPlan, shape: Shape): LeafReader | undefined {
  if (shape.kind !== 'object' || shape.type.isTypeOf) return undefined;
  const { readLeaves, others } = selectionOn(run.plan, field, shape.type);
  return others.length === 0 ? readLeaves : undefined;
}

/** Of an item that is there already and is no failure. */
function readItem(readLeaves: LeafReader | undefined, item: unknown): Data | typeof NOT_READ {
  if (readLeaves === undefined || !isObjectLike(item) || isPromise(item) || item instanceof Error) return NOT_READ;
  return readLeaves(item);
}

function completeItem(run: Run, field: FieldPlan, shape: Shape, path: Path, item: unknown): unknown {
  try {
    const completed = isPromise(item)
      ? item.then((value) => completeValue(run, field, shape, path, value))
      : completeValue(run, field, shape, path, item);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) => nullOrThrow(run, field, shape, path, error));
  } catch (error) {
    return nullOrThrow(run, field, shape, path, error);
  }
}

function completeAbstract(run: Run, field: FieldPlan, type: GraphQLAbstractType, path: Path, value: unknown): unknown {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const name = resolveType(value, run.contextValue, infoOf(run, field, fieldPathOf(path)), type);
  if (!isPromise<string | undefined>(name))
    return completeObject(run, field, runtimeType(run, type, name), path, value);
  return name.then((settled) => completeObject(run, field, runtimeType(run, type, settled), path, value));
}

function runtimeType({ plan: { schema } }: Run, type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
  const found = typeof name === 'string' ? schema.getType(name) : undefined;
  if (isObjectType(found) && schema.isSubType(type, found)) return found;
  // Always a fault of ours: graphql-js tells six cases apart, the caller of either hears of none.
  throw new Error(`The type of a value of "${type.name}" could not be told, or is not one of its types.`);
}

function completeObject(run: Run, field: FieldPlan, type: GraphQLObjectType, path: Path, value: unknown): unknown {
  const selection = selectionOn(run.plan, field, type);
  if (!type.isTypeOf) return runFields(run, selection, value, path);
  const isOfType = type.isTypeOf(value, run.contextValue, infoOf(run, field, fieldPathOf(path)));
  const proceed = (matches: boolean) => {
    if (!matches) throw new Error(`A value of another type stands where "${type.name}" is expected.`);
    return runFields(run, selection, value, path);
  };
  return isPromise<boolean>(isOfType) ? isOfType.then(proceed) : proceed(isOfType);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
