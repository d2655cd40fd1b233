/** The function of the database that looks a text up in the trigram index of a table. */
import { rawSql, sql, type Sql } from '../postgres/sql.js';
import { queriedDigits } from '../values/phone-digits.js';
import type { TextLookup } from './text-conditions.js';

/** The ids of the rows that hold the text: null, or a list that holds null, where more than `most` rows do. */
export function lookUpSql({ table, text }: TextLookup, most: number): Sql {
  return sql`${rawSql(`app.look_up_${table}`)}(${text}, ${queriedDigits(text) ?? null}, ${most})`;
}
