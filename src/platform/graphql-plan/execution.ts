/** The state of one execution of a plan, and the steps that do not recurse. Like runner.ts it mirrors execute.js of graphql 16.15. */
import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import type { FieldPlan, OperationPlan } from './plan.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

export type Path = GraphQLResolveInfo['path'];

export interface Run {
  readonly plan: OperationPlan;
  readonly contextValue: unknown;
  readonly variables: CoercedVariables;
  readonly errors: CollectedErrors;
}

/** Keeps the first error of each position that became null. Later errors below it concern data that the response does not contain. */
export class CollectedErrors {
  readonly errors: GraphQLError[] = [];
  readonly #positions = new Set<Path | undefined>();

  add(error: GraphQLError, path: Path | undefined): void {
    for (let at = path; at !== undefined; at = at.prev) if (this.#positions.has(at)) return;
    if (this.#positions.has(undefined)) return;
    this.#positions.add(path);
    this.errors.push(error);
  }
}

/** Calls the resolver. Without one it reads the property, as the default resolver of graphql-js does. */
export function resolveField(run: Run, field: FieldPlan, source: unknown, path: Path): unknown {
  const { resolve, definition, readArguments } = field;
  const values = readArguments?.(run.variables) ?? {};
  if (resolve !== undefined) return resolve(source, values, run.contextValue, infoOf(run, field, path));
  if (!isObjectLike(source) && typeof source !== 'function') return undefined;
  const property: unknown = Reflect.get(source, definition.name);
  return typeof property === 'function'
    ? Reflect.apply(property, source, [values, run.contextValue, infoOf(run, field, path)])
    : property;
}

/** The fourth argument of resolvers. */
export function infoOf(
  { plan, variables }: Run,
  { definition, nodes, parentType }: FieldPlan,
  path: Path,
): GraphQLResolveInfo {
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType,
    path,
    schema: plan.schema,
    fragments: plan.fragments,
    rootValue: undefined,
    operation: plan.operation,
    variableValues: variables,
  };
}

/** Ignores promises whose values are no longer needed. An unhandled rejection would end the process, as it does with graphql-js 16. */
export function abandon(values: Iterable<unknown>): void {
  for (const value of values) if (isPromise(value)) value.then(undefined, () => undefined);
}

/** `users.3` → `users`: the field's path, as graphql-js passes it to resolvers. */
export function fieldPathOf(path: Path): Path {
  let at: Path = path;
  while (typeof at.key === 'number' && at.prev !== undefined) at = at.prev;
  return at;
}

/** Accepts any object with a `then` method, as graphql-js does. */
export function isPromise<T = unknown>(value: unknown): value is Promise<T> {
  return isObjectLike(value) && typeof value.then === 'function';
}

export function isObjectLike(value: unknown): value is { readonly [name: string]: unknown; readonly then?: unknown } {
  return typeof value === 'object' && value !== null;
}
