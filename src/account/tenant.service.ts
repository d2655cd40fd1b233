import { LockMode } from '@mikro-orm/core';
import { LIMITED_RESOURCES, LIMITS, type LimitedResource } from '../access/identity/limits.js';
import { grantedTo } from '../access/rights/grantable.js';
import { authorize } from '../access/rights/permissions.js';
import { renewSettings, type RequestContext } from '../access/identity/request-context.js';
import type { TenantReader } from '../tenancy/tenant-reader.js';
import { Tenant } from '../access/identity/tenant.entity.js';
import type { Changed } from '../access/writes/change-effects.js';
import { write } from '../access/writes/transaction.js';
import { requireVersion, type ExpectedVersion } from '../access/writes/version.js';
import { AppError, validationError, type Sentence } from '../platform/errors/errors.js';
import type { AccountDependencies } from './account-dependencies.js';
import type { UpdateTenantInput } from './tenant.input.js';
import { findTenant, isZoneOfDatabase, readUsage, type TenantRow } from './tenant.query.js';

/** A limit and how much of it is used; null if the limit does not apply to the company as a whole. */
export interface ResourceUsage {
  readonly resource: LimitedResource;
  readonly limit: number;
  readonly used: number | null;
}

const UNKNOWN_ZONE: Sentence = {
  fr: 'Un fuseau horaire IANA est attendu, par exemple Europe/Paris.',
  en: 'An IANA time zone is expected, for example Europe/Paris.',
};
/** The leading capital excludes offsets, which have no daylight saving time. */
const ZONE_NAME = /^[A-Z][\w+-]*(\/[\w+-]+)*$/;

/** The settings, for admins. @throws AppError FORBIDDEN */
export async function getTenantSettings(ctx: RequestContext): Promise<TenantRow> {
  authorize(ctx, 'tenant:manage');
  return getOwnTenant(ctx);
}

/** The caller's company. */
export async function getOwnTenant(ctx: RequestContext): Promise<TenantRow> {
  const tenant = await findTenant(ctx.reader);
  if (!tenant) throw new AppError('NOT_FOUND');
  return tenant;
}

/**
 * Name, time zone, default currency and country. Only the operator changes limits and suspension.
 * @param check called with the current settings before anything changes
 * @throws AppError FORBIDDEN, VALIDATION_FAILED (timeZone), VERSION_CONFLICT
 */
export async function updateTenant(
  ctx: RequestContext,
  dependencies: AccountDependencies,
  changes: UpdateTenantInput,
  {
    expectedVersion,
    check,
  }: { expectedVersion?: ExpectedVersion | undefined; check?: (current: TenantRow) => void } = {},
): Promise<Changed<TenantRow>> {
  authorize(ctx, 'tenant:manage');
  await requireTimeZone(ctx.reader, changes.timeZone);
  const change = await write<TenantRow>(
    ctx,
    async ({ em }) => {
      const { tenantId } = ctx.actor;
      const found = await em.findOneOrFail(Tenant, { id: tenantId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      requireVersion(found, expectedVersion);
      check?.(found);
      return em.assign(found, changes);
    },
    () => getOwnTenant(ctx),
  );
  if (ctx.isDryRun) return change;
  dependencies.identities.forgetTenant(ctx.tenant.id);
  renewSettings(ctx, change.record);
  return change;
}

/** Node and the database must both know the time zone; undefined is accepted. @throws AppError VALIDATION_FAILED (timeZone) */
export async function requireTimeZone(reader: TenantReader, timeZone: string | undefined): Promise<void> {
  if (timeZone === undefined || (isTimeZone(timeZone) && (await isZoneOfDatabase(reader, timeZone)))) return;
  throw validationError([{ path: ['timeZone'], code: 'NOT_IN_LIST', message: UNKNOWN_ZONE }]);
}

/** Whether this is the name of an IANA time zone. */
function isTimeZone(name: string): boolean {
  if (!ZONE_NAME.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What the caller may do: `customer:read`; `customer:update:own` for own records only. */
export function permissionsOf(ctx: RequestContext): string[] {
  return grantedTo(ctx.actor);
}

/** The company's limits, and how much of them is used. */
export async function readLimits(ctx: RequestContext): Promise<readonly ResourceUsage[]> {
  const usage = await readUsage(ctx.reader);
  return LIMITED_RESOURCES.map((resource) => {
    const { setting, counter } = LIMITS[resource];
    const used = counter === null ? null : (usage.get(counter) ?? 0);
    return { resource, limit: ctx.tenant.limits[setting], used };
  });
}
