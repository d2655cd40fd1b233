/** The columns of a record's file, by the properties that they show. */
import type { CsvColumn } from '../../platform/postgres/csv.js';
import { toRestName } from '../../platform/values/text.js';

/** A column of the row's property, or of what the property leads to: SQL over a joined table. */
type CsvField = Omit<CsvColumn, 'expression'> & Partial<CsvColumn>;

/**
 * The columns of a file, in its order. The compiler rejects a table that lacks a property of the row: what the file leaves out on
 * purpose is omitted from `Row`.
 * @param alias of the table, whose columns are the properties' names in snake case
 */
export function csvColumns<Row extends object>(
  alias: string,
  fields: Readonly<Record<keyof Row & string, CsvField | readonly CsvField[]>>,
): readonly CsvColumn[] {
  return Object.entries<CsvField | readonly CsvField[]>(fields).flatMap(([property, field]) =>
    [field].flat().map((column) => ({ expression: `${alias}.${toRestName(property)}`, ...column })),
  );
}
