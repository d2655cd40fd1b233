/**
 * Executes the plan of a root field as graphql-js would: the same calls in the same order, the same promises and the same errors. The
 * functions mirror those of execute.js of graphql 16.15 and must follow its changes; the tests compare the two executors.
 */
import {
  defaultTypeResolver,
  GraphQLError,
  isObjectType,
  locatedError,
  responsePathAsArray,
  type GraphQLAbstractType,
  type GraphQLObjectType,
} from 'graphql';
import {
  abandon,
  fieldPathOf,
  infoOf,
  isObjectLike,
  isPromise,
  resolveField,
  type Path,
  type Run,
} from './execution.js';
import { NOT_READ, type LeafReader } from './leaf-reader.js';
import { selectionOn, type FieldPlan, type SelectionPlan, type CompletionType } from './plan.js';

export type Data = Record<string, unknown>;

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
    // The promises of other fields may reject too. Awaiting them prevents unhandled rejections.
    const settled = Promise.all(Object.values(data)).then(() => data);
    return settled.finally(() => {
      throw error;
    });
  }
  return pending === undefined ? data : settleFields(data, pending);
}

/** @returns the object with its scalars, and the remaining fields: all fields if the leaf reader gave up */
function begin({ fields, readLeaves, others }: SelectionPlan, source: unknown) {
  const data = readLeaves !== undefined && isObjectLike(source) ? readLeaves(source) : NOT_READ;
  return data === NOT_READ ? { data: {} as Data, fields } : { data, fields: others };
}

/** Replaces the promises by their values, in place. (graphql-js builds a second object.) */
function settleFields(data: Data, pending: readonly FieldPlan[]): Promise<Data> {
  return Promise.all(pending.map(({ responseName }) => data[responseName])).then((values) => {
    pending.forEach(({ responseName }, index) => {
      data[responseName] = values[index];
    });
    return data;
  });
}

/** @throws GraphQLError, also as a rejected promise, when the field is non-null and has failed */
export function runField(run: Run, field: FieldPlan, source: unknown, path: Path): unknown {
  try {
    const resolved = resolveField(run, field, source, path);
    const completed = isPromise(resolved)
      ? resolved.then((value) => completeValue(run, field, field.completion, path, value))
      : completeValue(run, field, field.completion, path, resolved);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) => nullOrThrow(run, field, field.completion, path, error));
  } catch (error) {
    return nullOrThrow(run, field, field.completion, path, error);
  }
}

/** A nullable field becomes null and its error is recorded. The error of a non-null field is thrown to its parent. */
function nullOrThrow(run: Run, field: FieldPlan, completion: CompletionType, path: Path, thrown: unknown): null {
  const error = locatedError(thrown, field.nodes, responsePathAsArray(path));
  if (completion.isNonNull) throw error;
  run.errors.add(error, path);
  return null;
}

function completeValue(run: Run, field: FieldPlan, completion: CompletionType, path: Path, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (value !== null && value !== undefined) return completePresent(run, field, completion, path, value);
  if (!completion.isNonNull) return null;
  throw new Error(`Cannot return null for non-nullable field ${field.parentType.name}.${field.definition.name}.`);
}

function completePresent(run: Run, field: FieldPlan, completion: CompletionType, path: Path, value: unknown): unknown {
  switch (completion.kind) {
    case 'leaf': {
      const data = completion.serialize(value);
      if (data === null || data === undefined)
        throw new Error('A scalar must serialize a value to one that is not null.');
      return data;
    }
    case 'list':
      return completeList(run, field, completion.item, path, value);
    case 'object':
      return completeObject(run, field, completion.type, path, value);
    case 'abstract':
      return completeAbstract(run, field, completion.type, path, value);
  }
}

function completeList(run: Run, field: FieldPlan, completion: CompletionType, prev: Path, list: unknown): unknown {
  if (!isIterable(list)) {
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.definition.name}".`,
    );
  }
  const items: unknown[] = [];
  const readLeaves = leavesOf(run, field, completion);
  let hasPromise = false;
  try {
    for (const item of list) {
      const data = readItem(readLeaves, item);
      const completed =
        data === NOT_READ
          ? completeItem(run, field, completion, { prev, key: items.length, typename: undefined }, item)
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

/** @returns the reader for list items, if only scalar properties are selected on them */
function leavesOf(run: Run, field: FieldPlan, completion: CompletionType): LeafReader | undefined {
  if (completion.kind !== 'object' || completion.type.isTypeOf) return undefined;
  const { readLeaves, others } = selectionOn(run.plan, field, completion.type);
  return others.length === 0 ? readLeaves : undefined;
}

/** Reads an item that is neither a promise nor an error. */
function readItem(readLeaves: LeafReader | undefined, item: unknown): Data | typeof NOT_READ {
  if (readLeaves === undefined || !isObjectLike(item) || isPromise(item) || item instanceof Error) return NOT_READ;
  return readLeaves(item);
}

function completeItem(run: Run, field: FieldPlan, completion: CompletionType, path: Path, item: unknown): unknown {
  try {
    const completed = isPromise(item)
      ? item.then((value) => completeValue(run, field, completion, path, value))
      : completeValue(run, field, completion, path, item);
    if (!isPromise(completed)) return completed;
    return completed.then(undefined, (error: unknown) => nullOrThrow(run, field, completion, path, error));
  } catch (error) {
    return nullOrThrow(run, field, completion, path, error);
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
  // Always a programming error. graphql-js distinguishes six cases, but clients never see its message.
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
