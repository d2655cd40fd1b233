/** Loads the users that records refer to: one statement per request and tick, for any number of records. */
import DataLoader from 'dataloader';
import type { Selection } from '../../platform/graphql-schema/selection.js';
import { sql } from '../../platform/postgres/sql.js';
import type { Actor, RequestContext } from '../identity/request-context.js';
import { NAME_COLUMNS, USER_COLUMNS, type VisibleUser } from '../identity/user-row.js';
import { grantOf } from '../rights/permissions.js';
import { combinedReaderOf } from './combined-reader.js';
import { requestCache } from './request-cache.js';

/** An id, or with this prefix the user with all fields. Strings, so that equal keys of a page are cached once. */
type UserKey = string;
const WHOLE = 'whole ';

const loaderOf = requestCache((ctx) => new DataLoader<UserKey, VisibleUser | null>((keys) => findUsers(ctx, keys)));

/**
 * @param selection what is read of the user; fields other than the name only for callers who may see them
 * @returns the user of the caller's tenant with this id, active or not; null without an id
 */
export function loadUser(
  ctx: RequestContext,
  id: string | null,
  selection: Selection,
): Promise<VisibleUser | null> | null {
  if (id === null) return null;
  const isWhole = wantsMore(selection) && seesWhole(ctx.actor, id);
  return loaderOf(ctx).load(isWhole ? WHOLE + id : id);
}

/** User managers see all fields of every user; everybody sees all fields of their own. */
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
    // The same tick may have read all fields, for another key.
    return isWhole(key) ? user : { id: user.id, kind: user.kind, fullName: user.fullName };
  });
}

function isWhole(key: UserKey): boolean {
  return key.startsWith(WHOLE);
}

function idOf(key: UserKey): string {
  return isWhole(key) ? key.slice(WHOLE.length) : key;
}
