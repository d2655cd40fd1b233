/** What filters are made of: fields that reach a column, and relations that lead to another target of record. */
import { toLowerCase } from '../values/identity-form.js';
import type { TextForm } from '../values/normal-text.js';
import type { SearchedColumn } from './text-conditions.js';

/** How a field of a filter reaches the database. */
export interface FilterColumn extends SearchedColumn {
  /** PostgreSQL type of the column, for casts. */
  readonly type: 'text' | 'uuid' | 'boolean' | 'integer' | 'numeric' | 'date' | 'timestamptz';
  /** What its text is; `free` unless it says otherwise. */
  readonly form?: TextForm;
  /** `column` is `caselessSql`, and what it is compared with is read likewise. */
  readonly ignoresCase?: true;
}

/**
 * A column in lower case, with σ for ς, whatever the locale of the server. `toCaseless` says the same of an operand.
 * @param column with its alias, `c.email`
 */
export function caselessSql(column: string): string {
  return `replace(lower(${column} COLLATE "und-x-icu"), 'ς', 'σ')`;
}

/** What a condition on such a column costs beside its values: the form of each row is made anew. */
export const CASELESS_COST = 100;

/** PostgreSQL makes Σ a ς at the end of a word; beginnings of texts are compared too, so both are one letter. */
export function toCaseless(text: string): string {
  return toLowerCase(text).replaceAll('ς', 'σ');
}

/** A field that leads to records of another target: the live ones of the tenant whose `column` has the value of `equals`. */
export interface FilterRelation {
  readonly target: RelatedType;
  /** Of the related table: `id` where it leads to one record, `customer_id` where it leads to many. */
  readonly column: string;
  /** Of the table that is left: `k.customer_id`. */
  readonly equals: string;
  /** Whether the field is `{ some, none }` instead of a filter. */
  readonly toMany: boolean;
}

/** By the names of a filter's fields. */
export type FilterColumns = Readonly<Record<string, FilterColumn | FilterRelation>>;

/** Any entity's filter: fields with operators or of other records, and the three connectives. */
export interface Filter {
  readonly and?: readonly Filter[] | null;
  readonly or?: readonly Filter[] | null;
  readonly not?: Filter | null;
}

/** What a caller sent for a relation to many. */
export interface RelatedList {
  readonly some?: Filter | null;
  readonly none?: Filter | null;
}

interface RelatedTypeDescription {
  /** The filter's GraphQL input. */
  readonly input: new () => object;
  /** Its fields, under an alias of its table: within one statement a table may be met more than once. */
  readonly columns: (alias: string) => FilterColumns;
  /** What lists of this target add to every filter. */
  readonly listed?: (filter: Filter) => Filter;
}

/** A target of record that relations lead to. Its own feature describes it, so that no feature has to know another's filter. */
export class RelatedType {
  #description: RelatedTypeDescription | undefined;

  constructor(
    readonly table: string,
    readonly alias: string,
  ) {}

  describe(description: RelatedTypeDescription): void {
    this.#description = description;
  }

  get #described(): RelatedTypeDescription {
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
