/** Users named by records: one statement per request and tick, however many records name them. */
import DataLoader from 'dataloader';
import { sql } from '../../platform/postgres/sql.js';
import type { RequestContext } from '../identity/request-context.js';
import type { User } from '../identity/user.entity.js';
import { requestCache } from './request-cache.js';

/** What a record shows of a user. */
type NamedUser = Pick<User, 'id' | 'fullName'>;

const loaderOf = requestCache((ctx) => new DataLoader<string, NamedUser | null>((ids) => findUsers(ctx, ids)));

/** @returns the user of the caller's tenant with this id, active or not */
export function loadUser(ctx: RequestContext, id: string): Promise<User | null> {
  // GraphQL publishes no more of a user than what is read here.
  return loaderOf(ctx).load(id) as Promise<User | null>;
}

async function findUsers(ctx: RequestContext, ids: readonly string[]): Promise<(NamedUser | null)[]> {
  const rows = await ctx.reader.rows<NamedUser>(
    sql`SELECT u.id, u.full_name AS "fullName" FROM users u
      WHERE u.tenant_id = ${ctx.reader.tenantId} AND u.id = ANY (${ids}::uuid[])`,
  );
  const byId = new Map(rows.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id) ?? null);
}
