/** Lists that are no connections: how many objects they hold at most, from which a query's price is known before it runs. */
import { Extensions } from 'type-graphql';

const EXTENSION = 'holdsAtMost';

/** Declares the bound of a field that yields a list of objects and takes neither `first` nor `ids`. The resolver keeps it. */
export function HoldsAtMost(objects: number): MethodDecorator & PropertyDecorator {
  return Extensions({ [EXTENSION]: objects });
}

/** @returns the declared bound of a field */
export function boundOf(field: { readonly extensions: Readonly<Record<string, unknown>> }): number | undefined {
  const bound = field.extensions[EXTENSION];
  return typeof bound === 'number' ? bound : undefined;
}
