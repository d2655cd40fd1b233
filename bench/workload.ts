/** What a workload is: one operation, the right answer to it, and how each peer is asked for it. */
import type { PeerName } from './peers.js';
import type { Draw } from './sample.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** Where an answer holds the rows and the total: paths of keys joined by dots, `''` is the root. */
interface AnswerPaths {
  readonly rows: string;
  readonly total?: string;
  /** Fields that this peer calls otherwise: its name in snake_case → the workload's. */
  readonly names?: Readonly<Record<string, string>>;
}

/** How one peer is asked. */
export interface PeerRequest extends AnswerPaths {
  readonly build: (draw: Draw) => HttpRequest;
}

/** What PostgreSQL itself answers in the peers' database. */
export interface ExpectedRows {
  readonly sql: string;
  readonly totalSql?: string;
  readonly parameters: (draw: Draw) => unknown[];
}

interface BaseWorkload {
  readonly id: string;
  readonly title: string;
  readonly requests: Partial<Record<PeerName, PeerRequest>>;
  /** CPU of the limit divided by ours: the first goal of each of our edges, here to be read beside the figure. */
  readonly reach?: Partial<Record<PeerName, number>>;
}

export interface LoadWorkload extends BaseWorkload {
  readonly kind: 'read' | 'write';
  /** So many requests differ; they are sent in turn. */
  readonly distinctRequests: number;
  /** Compared in every row; `country_code` also stands for GraphQL's `countryCode`. */
  readonly fields: readonly string[];
  /** Compared in the rows within a row. */
  readonly nestedFields?: Readonly<Record<string, readonly string[]>>;
  /**
   * The lists that may come in any order, `''` is the outer one: those that are whole, so that an order chooses nothing. They are
   * compared by their first field.
   */
  readonly unordered?: readonly string[];
  /** A request changes something the first time only: the load is as short as it takes to send each once, but not below a second. */
  readonly isUsedUp?: boolean;
  /** From the database, or for a write the values of the one row that comes back. */
  readonly expected: ExpectedRows | ((draw: Draw) => Record<string, unknown>);
}

export interface ExportWorkload extends BaseWorkload {
  readonly kind: 'export';
  readonly expectedRowCount: number;
}

export type Workload = LoadWorkload | ExportWorkload;

interface GraphqlOptions extends AnswerPaths {
  readonly query: string;
  readonly variables?: (draw: Draw) => Record<string, unknown>;
}

/** A request to a peer's `/graphql`. */
export function graphql({ query, variables, ...paths }: GraphqlOptions): PeerRequest {
  // Line breaks are for the reader of the workload; clients send such documents minified.
  const document = query.replace(/\s+/g, ' ').trim();
  const build = (draw: Draw): HttpRequest => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query: document, variables: variables?.(draw) }),
  });
  return { build, ...paths };
}

interface RestOptions extends Partial<AnswerPaths> {
  readonly path: (draw: Draw) => string;
  /** Makes the request a POST. */
  readonly body?: (draw: Draw) => Record<string, unknown>;
}

/** A request to a peer's REST route. */
export function rest({ path, body, rows = '', ...paths }: RestOptions): PeerRequest {
  const build = (draw: Draw): HttpRequest =>
    body === undefined
      ? { method: 'GET', path: path(draw) }
      : { method: 'POST', path: path(draw), body: JSON.stringify(body(draw)) };
  return { build, rows, ...paths };
}
