/** Which messages a batch is made of: what its connection holds prepared needs no Parse, and what it knows described no Describe. */
import { serialize } from 'pg-protocol/dist/index.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { RowDecoder } from './row-decoder.js';
import type { BoundStatement } from './sql.js';

const EXECUTE = serialize.execute({ portal: '', rows: 0 });
const DESCRIBE = serialize.describe({ type: 'P', name: '' });

/** What goes out for one statement, and what is to be noted when the server acknowledges it. */
export interface SentStatement {
  readonly bound: BoundStatement;
  /** Empty when it is prepared for this once. */
  readonly name: string;
  /** Names whose Close goes ahead of it, in order. */
  readonly closes: string[];
  readonly isParsed: boolean;
  /** Of its rows, once known: at the start where the connection knows the statement. */
  decode: RowDecoder | undefined;
}

/** @param named whether statements are kept under their names */
export function planBatch(
  statements: readonly BoundStatement[],
  prepared: PreparedStatements,
  named: boolean,
): readonly SentStatement[] {
  const used = new Set<string>();
  const parsed = new Set<string>();
  const sent = statements.map((bound): SentStatement => {
    const name = named ? bound.statement.name : '';
    if (name === '') return { bound, name, closes: [], isParsed: true, decode: undefined };
    used.add(name);
    if (parsed.has(name)) return { bound, name, closes: [], isParsed: false, decode: undefined };
    if (prepared.has(name)) return { bound, name, closes: [], isParsed: false, decode: prepared.decoderOf(name) };
    parsed.add(name);
    // Close before Parse: harmless for a name that the server does not hold, and right for one that it holds as stale.
    return { bound, name, closes: [name], isParsed: true, decode: undefined };
  });
  if (parsed.size > 0) sent[0]?.closes.unshift(...prepared.excess(parsed.size, used));
  return sent;
}

export function messagesOf({ bound, name, closes, isParsed, decode }: SentStatement): Buffer[] {
  const bind = serialize.bind({ portal: '', statement: name, values: bound.values.map(toParameter) });
  if (!isParsed && closes.length === 0) return decode ? [bind, EXECUTE] : [bind, DESCRIBE, EXECUTE];
  const closing = closes.map((closed) => serialize.close({ type: 'S', name: closed }));
  const parsing = isParsed ? [serialize.parse({ name, text: bound.statement.text })] : [];
  return [...closing, ...parsing, bind, ...(decode ? [] : [DESCRIBE]), EXECUTE];
}

/** Text format of one parameter. */
function toParameter(value: BoundStatement['values'][number]): string | Buffer | null {
  if (value === null || typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (typeof value === 'object') return toArrayLiteral(value);
  return String(value);
}

/** `{"a","b\"c"}`: every element quoted, so that none can end the literal. */
function toArrayLiteral(values: readonly (string | number)[]): string {
  return `{${values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}
