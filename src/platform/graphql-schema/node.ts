/** The Node interface of Relay: any record by its id. */
import { Field, ID, InterfaceType } from 'type-graphql';

/** A row that names its GraphQL type. Fields of type Node return only such rows. */
export interface TypedRow {
  readonly __typename: string;
}

@InterfaceType({ description: 'A record with an id.', resolveType: ({ __typename }: TypedRow) => __typename })
export abstract class Node {
  @Field(() => ID, { description: 'UUID; the same in REST.' })
  id!: string;
}
