/** What a span says of SQL: the command and the tables, never a value. */
import type { Statement } from '../../platform/postgres/sql.js';

/** The limit of the semantic conventions; characters. */
const MAX_LENGTH = 255;

/** A name after these words is that of a table or of a part of the statement itself. */
const TABLES = /\b(?:from|join|into|update)\s+(?:only\s+)?"?([a-z_][a-z0-9_]*)"?(?![a-z0-9_(.])/gi;

/** Statements with a name are shared by all requests, so each is read once. */
const known = new WeakMap<Statement, string>();

/** @returns e.g. `SELECT customers; SELECT activities` */
export function summaryOf(statements: readonly Statement[]): string {
  const summaries = new Set(statements.map(summaryOfOne));
  // The setting of the tenant, which comes with every round trip.
  if (summaries.size > 1) summaries.delete('SELECT');
  return [...summaries].join('; ').slice(0, MAX_LENGTH);
}

function summaryOfOne(statement: Statement): string {
  // The text of a statement without a name may hold values.
  if (statement.name === '') return commandOf(statement.text);
  let summary = known.get(statement);
  if (summary === undefined) known.set(statement, (summary = summarize(statement.text)));
  return summary;
}

function commandOf(text: string): string {
  return /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
}

function summarize(text: string): string {
  const tables = new Set([...text.matchAll(TABLES)].map(([, table = '']) => table));
  return [commandOf(text), ...tables].join(' ');
}
