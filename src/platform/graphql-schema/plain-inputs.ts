/**
 * TypeGraphQL copies every input object into an instance of its class, and looks at all fields of the class for that, on each request. A
 * filter has sixty fields and is only read, so it stays the plain object that graphql-js has made.
 */
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage, type BuildSchemaOptions } from 'type-graphql';

type InputTypes = ReturnType<typeof getMetadataStorage>['inputTypes'];

const plain = new WeakSet<object>();
let hidden: InputTypes = [];

/** Marks an input class that has neither rules nor methods: below the arguments, resolvers get its values as plain objects. */
export function leavePlain(Class: object): void {
  plain.add(Class);
}

/** Builds the schema. TypeGraphQL does not convert values of a class that it finds no input type for. */
export function buildWithPlainInputs(options: BuildSchemaOptions): GraphQLSchema {
  const storage = getMetadataStorage();
  storage.inputTypes = [...storage.inputTypes, ...hidden];
  const schema = buildSchemaSync(options);
  hidden = storage.inputTypes.filter(({ target }) => plain.has(target));
  storage.inputTypes = storage.inputTypes.filter(({ target }) => !plain.has(target));
  return schema;
}
