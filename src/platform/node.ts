/** Relay's Node: every record by its id alone. */
import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'Anything with an id.' })
export abstract class Node {
  @Field(() => ID, { description: 'UUID; the same in REST.' })
  id!: string;
}
