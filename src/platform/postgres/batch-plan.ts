/** Plans the messages of a batch. Statements that the connection has prepared need no Parse, and described ones need no Describe. */
import { serialize } from 'pg-protocol/dist/index.js';
import type { PreparedStatements } from './prepared-statements.js';
import type { RowDecoder } from './row-decoder.js';
import { arrayLiteral, type BoundStatement } from './sql.js';

const EXECUTE = serialize.execute({ portal: '', rows: 0 });
const DESCRIBE = serialize.describe({ type: 'P', name: '' });

/** The messages for one statement, and what to record when the server acknowledges them. */
export interface SentStatement {
  readonly bound: BoundStatement;
  /** Empty for an unnamed statement, which is prepared for a single use. */
  readonly name: string;
  /** Names of statements to close before this one, in order. */
  readonly closes: string[];
  readonly isParsed: boolean;
  /** Decodes its rows. Set from the start if the connection has described the statement, otherwise by RowDescription. */
  decode: RowDecoder | undefined;
}

/** @param named whether statements stay prepared under their names */
export function planBatch(
  statements: readonly BoundStatement[],
  prepared: PreparedStatements,
  named: boolean,
): readonly SentStatement[] {
  const parsed = new Set<string>();
  const sent = statements.map((bound): SentStatement => {
    const name = named ? bound.statement.name : '';
    if (name === '') return { bound, name, closes: [], isParsed: true, decode: undefined };
    if (parsed.has(name)) return { bound, name, closes: [], isParsed: false, decode: undefined };
    if (prepared.has(name)) return { bound, name, closes: [], isParsed: false, decode: prepared.decoderOf(name) };
    parsed.add(name);
    // Close comes before Parse in case the server holds a stale statement of this name. Otherwise it has no effect.
    return { bound, name, closes: [name], isParsed: true, decode: undefined };
  });
  if (parsed.size > 0) {
    const used = new Set(sent.map(({ name }) => name));
    sent[0]?.closes.unshift(...prepared.excess(parsed.size, used));
  }
  return sent;
}

export function messagesOf({ bound, name, closes, isParsed, decode }: SentStatement): Buffer[] {
  const bind = serialize.bind({ portal: '', statement: name, values: bound.values.map(toParameter) });
  if (!isParsed && closes.length === 0) return decode ? [bind, EXECUTE] : [bind, DESCRIBE, EXECUTE];
  const closing = closes.map((closed) => serialize.close({ type: 'S', name: closed }));
  const parsing = isParsed ? [serialize.parse({ name, text: bound.statement.text })] : [];
  return [...closing, ...parsing, bind, ...(decode ? [] : [DESCRIBE]), EXECUTE];
}

/** The text format of a parameter. */
function toParameter(value: BoundStatement['values'][number]): string | Buffer | null {
  if (value === null || typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (typeof value === 'object') return arrayLiteral(value);
  return String(value);
}
