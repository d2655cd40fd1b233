/** Users named by records: one statement per request and tick, however many records name them. */
import DataLoader from 'dataloader';
import type { Selection } from '../../platform/graphql-schema/selection.js';
import { sql } from '../../platform/postgres/sql.js';
import type { Actor, RequestContext } from '../identity/request-context.js';
import { NAME_COLUMNS, USER_COLUMNS, type VisibleUser } from '../identity/user-row.js';
import { grantOf } from '../rights/permissions.js';
import { combinedReaderOf } from './combined-reader.js';
import { requestCache } from './request-cache.js';

/** An id, or an id behind this mark: the user with all fields. Strings, since most keys of a page are the same few. */
type UserKey = string;
const WHOLE = 'whole ';

const loaderOf = requestCache((ctx) => new DataLoader<UserKey, VisibleUser | null>((keys) => findUsers(ctx, keys)));

/**
 * @param selection what is asked of the user: more than the name is read only where it is wanted, and only for who may see it
 * @returns the user of the caller's tenant with this id, active or not
 */
export function loadUser(ctx: RequestContext, id: string, selection: Selection): Promise<VisibleUser | null> {
  const isWhole = wantsMore(selection) && seesWhole(ctx.actor, id);
  return loaderOf(ctx).load(isWhole ? WHOLE + id : id);
}

/** Who manages users sees all of each; everybody sees all of themselves. */
function seesWhole(actor: Actor, id: string): boolean {
  return id === actor.userId || grantOf(actor, 'user:manage') !== undefined;
}

const NAMING: ReadonlySet<string> = new Set(['__typename', 'id', 'fullName', 'kind']);
const wanted = new WeakMap<Selection, boolean>();

function wantsMore(selection: Selection): boolean {
  let more = wanted.get(selection);
  if (more === undefined) wanted.set(selection, (more = [...selection.keys()].some((field) => !NAMING.has(field))));
  return more;
}

async function findUsers(ctx: RequestContext, keys: readonly UserKey[]): Promise<(VisibleUser | null)[]> {
  const reader = combinedReaderOf(ctx);
  const columns = keys.some(isWhole) ? USER_COLUMNS : NAME_COLUMNS;
  const rows = await reader.rows<VisibleUser>(
    sql`SELECT ${columns} FROM users u
      WHERE u.tenant_id = ${reader.tenantId} AND u.id = ANY (${keys.map(idOf)}::uuid[])`,
  );
  const byId = new Map(rows.map((user) => [user.id, user]));
  return keys.map((key) => {
    const user = byId.get(idOf(key));
    if (!user) return null;
    // Somebody else's record in the same tick may have been read whole.
    return isWhole(key) ? user : { id: user.id, fullName: user.fullName };
  });
}

function isWhole(key: UserKey): boolean {
  return key.startsWith(WHOLE);
}

function idOf(key: UserKey): string {
  return isWhole(key) ? key.slice(WHOLE.length) : key;
}
