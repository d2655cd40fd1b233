/** The identity providers of a company. Admins register them; no key does. */
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { authorize, requireNoKey } from '../../access/rights/permissions.js';
import { findRecordEvenDeleted } from '../../access/loaders/record-lists.js';
import type { Changed } from '../../access/writes/change-effects.js';
import { write, type WriteContext } from '../../access/writes/transaction.js';
import { requireVersion, type ExpectedVersion } from '../../access/writes/version.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { RecordList } from '../../platform/lists/record-table.js';
import { violatedConstraint } from '../../platform/postgres/database-errors.js';
import { isUuid, newId } from '../../platform/values/ids.js';
import type { AccountDependencies } from '../account-dependencies.js';
import { IdentityProvider, type RoleMap } from '../../access/identity/identity-provider.entity.js';
import type { CreateIdentityProviderInput, UpdateIdentityProviderInput } from './identity-provider.input.js';
import * as query from './identity-provider.query.js';
import {
  identityProviderTable,
  type IdentityProviderListQuery,
  type IdentityProviderRow,
} from './identity-provider.query.js';
import { requireSound } from './provider-rules.js';

/** Of one company. */
const MAX_PROVIDERS = 20;

const NOT_FOUND: Sentence = { fr: "Fournisseur d'identité non trouvé", en: 'Identity provider not found' };
const TAKEN: Sentence = { fr: 'Cet émetteur est déjà enregistré.', en: 'This issuer is registered already.' };
const FULL: Sentence = {
  fr: `La limite de ${MAX_PROVIDERS} fournisseurs d'identité est atteinte.`,
  en: `The limit of ${MAX_PROVIDERS} identity providers is reached.`,
};

/** @throws AppError FORBIDDEN */
export function requireProviderRight(ctx: RequestContext): void {
  requireNoKey(ctx, 'provider:manage');
  authorize(ctx, 'provider:manage');
}

/** @throws AppError FORBIDDEN */
export async function listIdentityProviders(
  ctx: RequestContext,
  list: IdentityProviderListQuery,
): Promise<RecordList<IdentityProviderRow>> {
  requireProviderRight(ctx);
  return query.listIdentityProviders(ctx.reader, list);
}

/** @throws AppError FORBIDDEN, NOT_FOUND */
export async function getIdentityProvider(ctx: RequestContext, id: string): Promise<IdentityProviderRow> {
  requireProviderRight(ctx);
  return (isUuid(id) ? await query.findIdentityProvider(ctx.reader, id) : undefined) ?? rejectUnknown();
}

/** @throws AppError FORBIDDEN, VALIDATION_FAILED, DUPLICATE, QUOTA_EXCEEDED */
export async function createIdentityProvider(
  ctx: RequestContext,
  { providers }: AccountDependencies,
  input: CreateIdentityProviderInput,
): Promise<Changed<IdentityProviderRow>> {
  requireProviderRight(ctx);
  const fields = newFields(input);
  requireSound(fields, providers);
  const { tenantId, userId: createdById } = ctx.actor;
  const work = async ({ em }: WriteContext): Promise<IdentityProviderRow> => {
    await requireRoom(em);
    const now = new Date().toISOString();
    const stamps = { createdAt: now, updatedAt: now, createdById, version: 1 };
    return em.create(IdentityProvider, { ...fields, ...stamps, tenantId, id: newId() });
  };
  return writeProvider(ctx, providers, fields.issuer, () => write(ctx, work, (id) => getIdentityProvider(ctx, id)));
}

type Fields = Pick<
  IdentityProvider,
  | 'issuer'
  | 'audience'
  | 'algorithms'
  | 'jwks'
  | 'emailClaim'
  | 'nameClaim'
  | 'roleClaim'
  | 'roleMap'
  | 'defaultRole'
  | 'linkByEmail'
>;

/** Of a provider that says nothing else. */
const DEFAULTS = {
  algorithms: ['RS256'],
  jwks: null,
  emailClaim: 'email',
  nameClaim: 'name',
  roleClaim: null,
  roleMap: {},
  defaultRole: null,
  linkByEmail: false,
} as const;

function newFields(input: CreateIdentityProviderInput): Fields {
  const { audience, algorithms, roleMap, ...others } = Object.assign({}, DEFAULTS, input);
  // `requireSound` checks the roles.
  return { ...others, audience: distinct(audience), algorithms: distinct(algorithms), roleMap: roleMap as RoleMap };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

async function requireRoom(em: EntityManager): Promise<void> {
  const used = await query.countUnderLock(em);
  if (used < MAX_PROVIDERS) return;
  throw new AppError('QUOTA_EXCEEDED', FULL, {
    details: { resource: 'identity_providers', limit: MAX_PROVIDERS, used },
  });
}

interface UpdateOptions {
  readonly expectedVersion?: ExpectedVersion | undefined;
  /** Called with the provider as it is, before anything changes. */
  readonly check?: (current: IdentityProviderRow) => void;
}

/** @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, VALIDATION_FAILED, DUPLICATE */
export async function updateIdentityProvider(
  ctx: RequestContext,
  { providers }: AccountDependencies,
  id: string,
  { audience, algorithms, roleMap, ...others }: UpdateIdentityProviderInput,
  { expectedVersion, check }: UpdateOptions = {},
): Promise<Changed<IdentityProviderRow>> {
  requireProviderRight(ctx);
  const work = async ({ em }: WriteContext): Promise<IdentityProviderRow> => {
    const provider = await lockProvider(em, id);
    requireVersion(provider, expectedVersion);
    check?.(provider);
    em.assign(provider, {
      ...others,
      ...(audience && { audience: distinct(audience) }),
      ...(algorithms && { algorithms: distinct(algorithms) }),
      // `requireSound` checks the values.
      ...(roleMap && { roleMap: roleMap as RoleMap }),
    });
    requireSound(provider, providers);
    return provider;
  };
  return writeProvider(ctx, providers, others.issuer, () =>
    write(ctx, work, (known) => getIdentityProvider(ctx, known)),
  );
}

/** Its tokens count no more, at once in this process, within 30 seconds in others. @throws AppError FORBIDDEN, NOT_FOUND, VERSION_CONFLICT */
export async function deleteIdentityProvider(
  ctx: RequestContext,
  { providers }: AccountDependencies,
  id: string,
  expectedVersion?: ExpectedVersion,
): Promise<Changed<IdentityProviderRow>> {
  requireProviderRight(ctx);
  const work = async ({ em }: WriteContext): Promise<IdentityProviderRow> => {
    const provider = await lockProvider(em, id);
    requireVersion(provider, expectedVersion);
    provider.deletedAt = new Date().toISOString();
    return provider;
  };
  const reread = async (known: string): Promise<IdentityProviderRow> =>
    (await findRecordEvenDeleted(ctx.reader, identityProviderTable, known)) ?? rejectUnknown();
  return writeProvider(ctx, providers, undefined, () => write(ctx, work, reread));
}

/** @param issuer a new one, which may be taken */
async function writeProvider(
  ctx: RequestContext,
  providers: AccountDependencies['providers'],
  issuer: string | undefined,
  run: () => Promise<Changed<IdentityProviderRow>>,
): Promise<Changed<IdentityProviderRow>> {
  try {
    const change = await run();
    if (!ctx.isDryRun) providers.forget(ctx.actor.tenantId);
    return change;
  } catch (error) {
    if (issuer === undefined || violatedConstraint(error) !== 'identity_providers_issuer_key') throw error;
    const existing_id = (await query.findIdByIssuer(ctx.reader, issuer)) ?? null;
    throw new AppError('DUPLICATE', TAKEN, { details: { field: 'issuer', existing_id }, cause: error });
  }
}

async function lockProvider(em: EntityManager, id: string): Promise<IdentityProvider> {
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
  const provider = isUuid(id) ? await em.findOne(IdentityProvider, { id, deletedAt: null }, lock) : null;
  return provider ?? rejectUnknown();
}

function rejectUnknown(): never {
  throw new AppError('NOT_FOUND', NOT_FOUND);
}
