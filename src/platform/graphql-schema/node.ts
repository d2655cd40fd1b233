/** Relay's Node: every record by its id alone. */
import { Field, ID, InterfaceType } from 'type-graphql';

/** A row that says which type of the schema it is of: only such ones may stand where a Node is expected. */
export interface TypedRow {
  readonly __typename: string;
}

@InterfaceType({ description: 'Anything with an id.', resolveType: ({ __typename }: TypedRow) => __typename })
export abstract class Node {
  @Field(() => ID, { description: 'UUID; the same in REST.' })
  id!: string;
}
