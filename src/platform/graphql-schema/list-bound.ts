/** How many objects a list that is no connection may hold: declared at its field, kept by its resolver, and what its cost is made of. */
import { Extensions } from 'type-graphql';

const EXTENSION = 'listBound';

/** `first`, `last` and `ids` may ask for fewer. */
export function AtMost(count: number): ReturnType<typeof Extensions> {
  return Extensions({ [EXTENSION]: count });
}

/** @returns what the field was decorated with */
export function listBoundOf(field: { readonly extensions: Readonly<Record<string, unknown>> }): number | undefined {
  const bound = field.extensions[EXTENSION];
  return typeof bound === 'number' ? bound : undefined;
}
