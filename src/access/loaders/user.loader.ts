/** Users named by records: one statement per request and tick, however many records name them. */
import DataLoader from 'dataloader';
import { sql } from '../../platform/postgres/sql.js';
import { cacheOf, type RequestContext } from '../identity/request-context.js';
import type { User } from '../identity/user.entity.js';

/** What a record shows of a user. */
type NamedUser = Pick<User, 'id' | 'fullName'>;

const loaders = new WeakMap<object, DataLoader<string, NamedUser | null>>();

/** @returns the user of the caller's tenant with this id, active or not */
export function loadUser(ctx: RequestContext, id: string): Promise<User | null> {
  const cache = cacheOf(ctx);
  let loader = loaders.get(cache);
  if (!loader) loaders.set(cache, (loader = new DataLoader((ids) => findUsers(ctx, ids))));
  // GraphQL publishes no more of a user than what is read here.
  return loader.load(id) as Promise<User | null>;
}

async function findUsers(ctx: RequestContext, ids: readonly string[]): Promise<(NamedUser | null)[]> {
  const rows = await ctx.reader.rows<NamedUser>(
    sql`SELECT u.id, u.full_name AS "fullName" FROM users u
      WHERE u.tenant_id = ${ctx.reader.tenantId} AND u.id = ANY (${ids}::uuid[])`,
  );
  const byId = new Map(rows.map((user) => [user.id, user]));
  return ids.map((id) => byId.get(id) ?? null);
}
