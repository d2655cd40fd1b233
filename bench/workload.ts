/** What a workload is: one operation, the right answer to it, and how each peer is asked for it. */
import type { PeerName } from './peers.js';
import type { Draw } from './sample.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** How one peer is asked, and where its answer holds the rows and the total: paths of keys joined by dots, `''` is the root. */
export interface PeerRequest {
  readonly build: (draw: Draw) => HttpRequest;
  readonly rows: string;
  readonly total?: string;
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
  /** Compared in the rows within a row, in order. */
  readonly nestedFields?: Readonly<Record<string, readonly string[]>>;
  /** From the database, or for a write the values of the one row that comes back. */
  readonly expected: ExpectedRows | ((draw: Draw) => Record<string, unknown>);
}

export interface ExportWorkload extends BaseWorkload {
  readonly kind: 'export';
  readonly expectedRowCount: number;
}

export type Workload = LoadWorkload | ExportWorkload;

interface GraphqlOptions {
  readonly query: string;
  readonly variables?: (draw: Draw) => Record<string, unknown>;
  readonly rows: string;
  readonly total?: string;
}

/** A request to a peer's `/graphql`. */
export function graphql({ query, variables, rows, total }: GraphqlOptions): PeerRequest {
  // Line breaks are for the reader of the workload; clients send such documents minified.
  const document = query.replace(/\s+/g, ' ').trim();
  const build = (draw: Draw): HttpRequest => ({
    method: 'POST',
    path: '/graphql',
    body: JSON.stringify({ query: document, variables: variables?.(draw) }),
  });
  return { build, rows, total };
}

interface RestOptions {
  readonly path: (draw: Draw) => string;
  /** Makes the request a POST. */
  readonly body?: (draw: Draw) => Record<string, unknown>;
  readonly rows?: string;
  readonly total?: string;
}

/** A request to a peer's REST route. */
export function rest({ path, body, rows = '', total }: RestOptions): PeerRequest {
  const build = (draw: Draw): HttpRequest =>
    body === undefined
      ? { method: 'GET', path: path(draw) }
      : { method: 'POST', path: path(draw), body: JSON.stringify(body(draw)) };
  return { build, rows, total };
}
