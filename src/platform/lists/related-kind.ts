/** What filters know of the records that a relation leads to. */
import type { Filter, FilterColumns } from './filters.js';

interface KindDescription {
  /** The filter's GraphQL input. */
  readonly input: new () => object;
  /** Its members, under an alias of its table: within one statement a table may be met more than once. */
  readonly columns: (alias: string) => FilterColumns;
  /** What lists of this kind add to every filter. */
  readonly listed?: (filter: Filter) => Filter;
}

/** A kind of record that relations lead to. Its own feature describes it, so that no feature has to know another's filter. */
export class RelatedKind {
  #description: KindDescription | undefined;

  constructor(
    readonly table: string,
    readonly alias: string,
  ) {}

  describe(description: KindDescription): void {
    this.#description = description;
  }

  get #described(): KindDescription {
    if (!this.#description) throw new Error(`No filter of ${this.table} was loaded.`);
    return this.#description;
  }

  get input(): new () => object {
    return this.#described.input;
  }

  columns(alias: string): FilterColumns {
    return this.#described.columns(alias);
  }

  listed(filter: Filter): Filter {
    return this.#described.listed?.(filter) ?? filter;
  }
}
