/** When keys were last used, to the minute: stamped beside the requests, which do not wait for it. */
import { inTenantTransaction } from '../../access/writes/transaction.js';
import type { Database } from '../../tenancy/database.js';
import { atCommit } from '../../tenancy/open-transaction.js';
import { stampUseSql } from './api-key.query.js';

const MINUTE_MS = 60_000;

/** @returns stamps a use of a key now; a failure is left to the next use */
export function stampKeyUses({ background }: Database): (tenantId: string, keyId: string) => void {
  return (tenantId, keyId) => {
    const minute = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS).toISOString();
    const stamping = inTenantTransaction(background, tenantId, (em) => {
      atCommit(em, stampUseSql(tenantId, keyId, minute));
      return Promise.resolve();
    });
    stamping.catch(() => undefined);
  };
}
