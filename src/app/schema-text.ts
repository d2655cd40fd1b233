/** The GraphQL contract as text: what `schema.graphql` holds. */
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';

/** The schema with descriptions. It is sorted, so the text changes only when the schema does. */
export function writeSchemaText(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
