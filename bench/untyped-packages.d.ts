/** The parts used of packages that come without types. */

declare module 'autocannon' {
  interface Result {
    readonly requests: { readonly total: number };
    readonly throughput: { readonly total: number };
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly duration: number;
    readonly errors: number;
    readonly non2xx: number;
    readonly timeouts: number;
  }
  /** One connection of a load. */
  export interface Client {
    setRequests(requests: readonly object[]): void;
  }
  export default function autocannon(options: Readonly<Record<string, unknown>>): Promise<Result>;
}

declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Submittable } from 'pg';
  export function to(sql: string): Readable & Submittable;
  export function from(sql: string): Writable & Submittable;
}
