/** Watches the queries of one connection, for traces: when each was sent, when the server was ready again, and what failed. */
import type { BoundStatement, Statement } from './sql.js';

/** The part of a query object that says what it runs. */
export interface WatchedQuery {
  /** Of a batch. */
  readonly statements?: readonly BoundStatement[] | undefined;
  /** Of any other query. It may contain values. */
  readonly text?: string | undefined;
}

/** Called when the query has ended: with its failure, if it failed. */
export type QueryEnd = (failure: Error | undefined) => void;

/**
 * Hears of each query when it is sent. A statement without a name may contain values in its text; one with a name does not.
 * A function and not an object: MikroORM copies its options, and with them objects.
 * @returns undefined when nobody wants to know its end
 */
export type QueryObserver = (statements: readonly Statement[]) => QueryEnd | undefined;

export class QueryWatch {
  /** The server answers queries in the order in which they were sent. */
  private readonly running: { readonly end: QueryEnd | undefined; failure?: Error }[] = [];

  constructor(private readonly observe: QueryObserver) {}

  sent(query: WatchedQuery | string): void {
    this.running.push({ end: this.observe(statementsOf(query)) });
  }

  /** On an error of the server, which skips the rest of the query. */
  failed(failure: Error): void {
    const [current] = this.running;
    if (current) current.failure ??= failure;
  }

  /** On ReadyForQuery. The first one, after signing in, answers no query. */
  ready(): void {
    const current = this.running.shift();
    current?.end?.(current.failure);
  }

  /** The connection ended: so did every query on it. */
  lost(failure: Error): void {
    for (const { end } of this.running.splice(0)) end?.(failure);
  }
}

function statementsOf(query: WatchedQuery | string): readonly Statement[] {
  if (typeof query === 'string') return [{ name: '', text: query }];
  return query.statements?.map(({ statement }) => statement) ?? [{ name: '', text: query.text ?? '' }];
}
