/**
 * Several prepared statements in one round trip: Bind and Execute of each, one Sync. Everything up to the Sync is one
 * implicit transaction, so the tenant setting that goes first is local to it and gone after it.
 */
import type pg from 'pg';
import { serialize } from 'pg-protocol/dist/index.js';
import type { RowConnection, RowMessage } from './row-client.js';
import { makeRowDecoder, type ColumnDescription, type RowDecoder } from './row-decoder.js';
import type { BoundStatement, Statement } from './sql.js';

export type Row = Record<string, unknown>;

/** What one statement of a batch yielded. */
export interface StatementResult {
  readonly rows: Row[];
  /** PostgreSQL's word for what was done: `UPDATE 1`, `COMMIT`. */
  readonly tag: string;
}

export interface BatchOptions {
  /** Kept prepared under a name on each connection; off for poolers that cannot (PgBouncer before 1.21). */
  readonly namedStatements: boolean;
  /** BEGIN … COMMIT around the batch: Citus carries the tenant setting to its workers only so. */
  readonly explicitTransaction: boolean;
}

const EXECUTE = serialize.execute({ portal: '', rows: 0 });
const DESCRIBE = serialize.describe({ type: 'P', name: '' });
const SYNC = serialize.sync();
const [BEGIN, COMMIT] = ['BEGIN', 'COMMIT'].map((text) =>
  Buffer.concat([serialize.parse({ name: '', text }), serialize.bind({ portal: '', statement: '' }), EXECUTE]),
) as [Buffer, Buffer];

/** Names that a connection holds. Past the limit the oldest is closed, so that filters of any shape cannot fill a backend. */
const MAX_NAMES_PER_CONNECTION = 500;
const preparedNames = new WeakMap<RowConnection, Set<string>>();

/** Of a statement that yields no rows: there is nothing to describe a second time. */
const NO_ROWS: RowDecoder = () => ({});

function namesOf(connection: RowConnection): Set<string> {
  let names = preparedNames.get(connection);
  if (!names) preparedNames.set(connection, (names = new Set()));
  return names;
}

/** Close before Parse: harmless for an unknown name, and right for one whose fate an error left open. */
function parseMessages(statement: Statement, names: Set<string> | undefined): Buffer[] {
  if (!names || statement.name === '') return [serialize.parse({ name: '', text: statement.text })];
  if (names.has(statement.name)) return [];
  const messages = [
    serialize.close({ type: 'S', name: statement.name }),
    serialize.parse({ name: statement.name, text: statement.text }),
  ];
  const [oldest] = names;
  if (names.size >= MAX_NAMES_PER_CONNECTION && oldest !== undefined) {
    names.delete(oldest);
    messages.push(serialize.close({ type: 'S', name: oldest }));
  }
  names.add(statement.name);
  return messages;
}

function messagesOf({ statement, values }: BoundStatement, names: Set<string> | undefined): Buffer[] {
  const parse = parseMessages(statement, names);
  const name = names ? statement.name : '';
  const bind = serialize.bind({ portal: '', statement: name, values: values.map(toParameter) });
  // Parsed anew, its columns may have other types than when it was last described: a migration may have run.
  const isDescribed = parse.length === 0 && statement.decode !== undefined;
  return isDescribed ? [bind, EXECUTE] : [...parse, bind, DESCRIBE, EXECUTE];
}

/** A query object as `pg.Client.query` takes it (`Submittable`), answering with what each statement yielded, in order. */
export class PgBatch {
  private readonly results: StatementResult[] = [];
  private index = 0;
  private current: Row[] = [];
  private readonly skipped: number;

  constructor(
    private readonly statements: readonly BoundStatement[],
    private readonly options: BatchOptions,
    private readonly done: (error: Error | undefined, results: StatementResult[]) => void,
  ) {
    this.skipped = options.explicitTransaction ? 1 : 0;
    this.index = -this.skipped;
  }

  /** @returns what pg then hands to handleError */
  submit(connection: RowConnection): Error | undefined {
    if (!('onRow' in connection)) return new Error('A batch needs a pool of RowClient: give it `Client: RowClient`.');
    connection.onRow = this.onRow;
    const names = this.options.namedStatements ? namesOf(connection) : undefined;
    const messages = this.statements.flatMap((bound) => messagesOf(bound, names));
    connection.stream.write(Buffer.concat(this.skipped ? [BEGIN, ...messages, COMMIT, SYNC] : [...messages, SYNC]));
    return undefined;
  }

  handleRowDescription(message: { fields: ColumnDescription[] }): void {
    const statement = this.statements[this.index]?.statement;
    if (!statement) return;
    const columnTypes = message.fields.map(({ dataTypeID }) => dataTypeID).join();
    if (statement.decode && statement.columnTypes === columnTypes) return;
    statement.decode = makeRowDecoder(message.fields);
    statement.columnTypes = columnTypes;
  }

  private readonly onRow = (row: RowMessage): void => {
    const decode = this.statements[this.index]?.statement.decode;
    if (decode) this.current.push(decode(row));
  };

  handleCommandComplete({ text }: { readonly text: string }): void {
    const statement = this.statements[this.index]?.statement;
    if (statement) {
      statement.decode ??= NO_ROWS;
      this.results.push({ rows: this.current, tag: text });
    }
    this.current = [];
    this.index += 1;
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: '' });
  }

  /** The server has skipped to the Sync; pg queues what comes next until ReadyForQuery. Names and decoders start anew. */
  handleError(error: Error, connection: RowConnection): void {
    // Not on a connection of pg's own, which is told from ours by having none.
    if (connection.onRow) connection.onRow = undefined;
    const names = namesOf(connection);
    for (const { statement } of this.statements) {
      names.delete(statement.name);
      statement.decode = undefined;
    }
    this.done(error, []);
  }

  handleReadyForQuery(connection: RowConnection): void {
    connection.onRow = undefined;
    this.done(undefined, this.results);
  }
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

/** Runs the statements on a pooled client. @throws the server's error, or the socket's */
export function runBatch(
  client: pg.ClientBase,
  statements: readonly BoundStatement[],
  options: BatchOptions,
): Promise<StatementResult[]> {
  return new Promise((resolve, reject) => {
    const batch = new PgBatch(statements, options, (error, results) => {
      if (error) reject(error);
      else resolve(results);
    });
    // pg's types know Submittable by another connection class than the one it passes.
    client.query(batch as unknown as pg.Submittable);
  });
}
