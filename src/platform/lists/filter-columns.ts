/** What filters are made of: fields that reach a column, and relations that lead to records of another type. */
import { getOrMake } from '../values/get-or-make.js';
import { toLowerCase } from '../values/identity-form.js';
import type { TextForm } from '../values/normal-text.js';
import type { SearchedColumn, SearchedText } from './text-conditions.js';

/** How a field of a filter reaches the database. */
export interface FilterColumn extends SearchedColumn {
  /** PostgreSQL type of the column, for casts. */
  readonly type: 'text' | 'uuid' | 'boolean' | 'integer' | 'numeric' | 'date' | 'timestamptz';
  /** Form of its text; default `free`. */
  readonly form?: TextForm;
  /** `column` is an expression in lower case, and `toCaseless` converts the operands. */
  readonly ignoresCase?: true;
}

/** PostgreSQL lower-cases Σ to ς at the end of a word. Prefixes are compared too, so ς counts as σ. */
export function toCaseless(text: string): string {
  return toLowerCase(text).replaceAll('ς', 'σ');
}

/** A field that leads to records of another type: the live ones of the tenant whose `column` has the value of `equals`. */
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

/** How a field reaches the database. @param searched the searched text of its table, which is under that alias */
export type FieldSource = (searched: SearchedText) => FilterColumn | FilterRelation;

/** By the prototype of a filter's class, then by the field's name. */
const declaredFields = new Map<object, Map<string, FieldSource>>();

export function declareField(prototype: object, name: string, source: FieldSource): void {
  const fields = declaredFields.get(prototype) ?? new Map<string, FieldSource>();
  declaredFields.set(prototype, fields.set(name, source));
}

/** @returns the fields that the filter's class declares */
export function declaredColumns(input: FilterClass, searched: SearchedText): FilterColumns {
  const fields = [...(declaredFields.get(input.prototype) ?? [])];
  return Object.fromEntries(fields.map(([name, source]) => [name, source(searched)]));
}

/** The class of a filter's GraphQL input. */
export interface FilterClass {
  readonly prototype: object;
  new (): object;
}

interface RelatedTypeDescription {
  readonly input: FilterClass;
  readonly searched: SearchedText;
  /** What lists of this type add to every filter. */
  readonly listed?: (filter: Filter) => Filter;
}

/** A record type that relations lead to. Its own feature describes it, so no feature imports the filter of another. */
export class RelatedType {
  #description: RelatedTypeDescription | undefined;
  /** By alias: one statement may contain a table more than once. */
  readonly #columns = new Map<string, FilterColumns>();

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

  get input(): FilterClass {
    return this.#described.input;
  }

  columns(alias: string): FilterColumns {
    return getOrMake(this.#columns, alias, () => {
      const { input, searched } = this.#described;
      return declaredColumns(input, { ...searched, alias });
    });
  }

  listed(filter: Filter): Filter {
    return this.#described.listed?.(filter) ?? filter;
  }
}
