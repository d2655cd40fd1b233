/** Combines the reads that loaders request in the same tick into one round trip. */
import type { Row } from '../../platform/postgres/batch.js';
import { isWaitTimeout } from '../../platform/postgres/database-errors.js';
import type { Sql } from '../../platform/postgres/sql.js';
import { OwnSlot } from '../../platform/values/own-values.js';
import type { RequestContext } from '../identity/request-context.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';

interface Waiting {
  readonly query: Sql;
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: unknown) => void;
}

const ofRequest = new OwnSlot<CombinedReader>();

type Source = Pick<RequestContext, 'reader' | 'cache'>;

/** The request's reader for loaders. Each answer is as if its query had been sent alone: a failing query fails no other. */
export function combinedReaderOf({ cache: { lasting }, reader }: Source): CombinedReader {
  return ofRequest.get(lasting) ?? ofRequest.set(lasting, new CombinedReader(reader));
}

class CombinedReader {
  private waiting: Waiting[] = [];

  constructor(private readonly reader: TenantReader) {}

  get tenantId(): string {
    return this.reader.tenantId;
  }

  /** @returns the rows, typed as the caller's SQL makes them */
  rows<T>(query: Sql): Promise<T[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ query, resolve: resolve as (rows: Row[]) => void, reject });
      // Loaders dispatch in this queue too, so those of the same tick come before this.
      if (this.waiting.length === 1) process.nextTick(() => void this.send());
    });
  }

  private async send(): Promise<void> {
    const waiting = this.waiting;
    this.waiting = [];
    try {
      const results = await this.reader.batch(waiting.map(({ query }) => query));
      waiting.forEach(({ resolve }, index) => {
        resolve(results[index] ?? []);
      });
    } catch (error) {
      await sendOneByOne(this.reader, waiting, error);
    }
  }
}

/** A batch is one transaction, so a failing statement fails the others. After a timeout nothing is sent again. */
async function sendOneByOne(reader: TenantReader, waiting: readonly Waiting[], error: unknown): Promise<void> {
  if (waiting.length === 1 || isWaitTimeout(error)) {
    for (const { reject } of waiting) reject(error);
    return;
  }
  await Promise.all(waiting.map(({ query, resolve, reject }) => reader.rows<Row>(query).then(resolve, reject)));
}
