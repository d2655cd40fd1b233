/** Who may do what: the one table for both transports, exports and aggregates. */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { isOwn, type OwnedRecord } from './ownership.query.js';
import { RECORD_TYPES, type RecordType } from './record-types.js';
import type { Actor, ApiKeyUse, RequestContext } from '../identity/request-context.js';
import type { Role } from '../identity/user.entity.js';

export type RecordAction = 'read' | 'create' | 'update' | 'delete' | 'restore' | 'export';
export type Permission =
  | `${RecordType}:${RecordAction}`
  | 'audit:read'
  | 'user:manage'
  | 'user:impersonate'
  | 'tenant:manage'
  | 'key:manage'
  | 'provider:manage';

/** `own`: only the caller's own records; ownership.query.ts has the rule. */
export type Grant = 'all' | 'own';

type Rights = Readonly<Partial<Record<Permission, Grant>>>;

/** The same rights on all four record types. Win, lose, reopen, convert and complete are updates. */
function onRecords(rights: Readonly<Partial<Record<RecordAction, Grant>>>): Rights {
  return Object.fromEntries(
    RECORD_TYPES.flatMap((recordType) =>
      Object.entries(rights).map(([action, grant]) => [`${recordType}:${action}`, grant]),
    ),
  );
}

/** Deny by default: everything that is not listed is rejected. */
export const RIGHTS: Readonly<Record<Role, Rights>> = {
  admin: {
    ...onRecords({ read: 'all', create: 'all', update: 'all', delete: 'all', restore: 'all', export: 'all' }),
    'audit:read': 'all',
    'user:manage': 'all',
    'user:impersonate': 'all',
    'tenant:manage': 'all',
    'key:manage': 'all',
    'provider:manage': 'all',
  },
  manager: { ...onRecords({ read: 'all', create: 'all', update: 'all', export: 'all' }), 'audit:read': 'all' },
  user: onRecords({ read: 'all', create: 'all', update: 'own', export: 'own' }),
  readonly: onRecords({ read: 'all' }),
};

const FORBIDDEN = { fr: "Votre rôle n'autorise pas cette action.", en: 'Your role does not allow this action.' };
const NOT_OWN = {
  fr: 'Cette action est limitée à vos propres fiches.',
  en: 'This action is limited to your own records.',
};

/** The record that a rejection is about. Without an id if the caller sent the id, or if the record does not exist yet. */
interface RejectedRecord {
  readonly recordType: RecordType;
  readonly id?: string;
}

/** A rejection for lack of rights. `details.permission` names the right; the audit event is about `record`. */
export class ForbiddenError extends AppError {
  /** @param record if the right does not determine the record type, or if it is another record than the one the caller named */
  constructor(
    sentence: Sentence,
    permission: string,
    readonly record?: RejectedRecord,
  ) {
    super('FORBIDDEN', sentence, {
      details: { permission, ...(record?.id && { [`${record.recordType}_id`]: record.id }) },
    });
  }
}

/** What no API key has, whatever its list says: with it, a key could make others and outlive its revocation. */
const NEVER_BY_KEY: ReadonlySet<string> = new Set<Permission>(['key:manage', 'provider:manage']);
/** What a key has only if its list names it. */
const BY_NAME_ONLY: ReadonlySet<string> = new Set<Permission>(['user:manage', 'user:impersonate', 'tenant:manage']);

/** What nobody has on behalf of somebody else. */
const NEVER_ON_BEHALF: ReadonlySet<string> = new Set<Permission>([
  ...(['user:manage', 'user:impersonate', 'tenant:manage', 'key:manage', 'provider:manage'] as const),
  'audit:read',
]);

/**
 * How far the permission reaches for this actor; undefined if the actor does not have it. With a key it is the weakest of what the user
 * has, what the key's list leaves, and what the key's own user has where it acts for somebody else.
 */
export function grantOf({ role, apiKey }: Actor, permission: Permission): Grant | undefined {
  const grant = RIGHTS[role][permission];
  if (apiKey === null) return grant;
  const { account } = apiKey;
  if (account !== null && NEVER_ON_BEHALF.has(permission)) return undefined;
  return weakest(grant, grantOfKey(apiKey, permission), account === null ? 'all' : RIGHTS[account.role][permission]);
}

function grantOfKey({ permissions }: ApiKeyUse, permission: Permission): Grant | undefined {
  if (NEVER_BY_KEY.has(permission)) return undefined;
  if (permissions === null) return BY_NAME_ONLY.has(permission) ? undefined : 'all';
  if (permissions.includes(permission)) return 'all';
  return permissions.includes(`${permission}:own`) ? 'own' : undefined;
}

function weakest(...grants: readonly (Grant | undefined)[]): Grant | undefined {
  if (grants.includes(undefined)) return undefined;
  return grants.includes('own') ? 'own' : 'all';
}

/**
 * Whether a key of a user with this role may be narrowed to the right.
 * @param name as in /v1/meta/permissions; with `:own` for own records only
 */
export function mayNarrowTo(role: Role, name: string): boolean {
  const permission = name.replace(/:own$/, '');
  const grant = Object.entries(RIGHTS[role]).find(([known]) => known === permission)?.[1];
  return grant !== undefined && !NEVER_BY_KEY.has(permission) && (grant === 'all' || name !== permission);
}

const NO_SESSION: Sentence = {
  fr: 'Cette action est réservée à qui s’est connecté avec son mot de passe.',
  en: 'This action is for those who have signed in with their password.',
};
const NOT_BY_KEY: Sentence = {
  fr: "Une clé d'API ne suffit pas pour cette action.",
  en: 'An API key is not enough for this action.',
};

/** For what belongs to a sign-in: its end, the own password. @returns the id of the session @throws AppError FORBIDDEN */
export function requireSession({ actor }: RequestContext): string {
  if (actor.sessionId === null) throw new ForbiddenError(NO_SESSION, 'session');
  return actor.sessionId;
}

/** For what no key may do, not even for its own user. @throws AppError FORBIDDEN */
export function requireNoKey({ actor }: RequestContext, permission: Permission): void {
  if (actor.apiKey !== null) throw new ForbiddenError(NOT_BY_KEY, permission);
}

/**
 * The first statement of every operation. Called again with the record and its customer, once they are loaded.
 * @returns `own` if the caller may act on their own records only
 * @throws AppError FORBIDDEN
 */
export function authorize(
  ctx: RequestContext,
  permission: Permission,
  record?: OwnedRecord,
  customer?: OwnedRecord | null,
): Grant {
  const grant = grantOf(ctx.actor, permission);
  if (grant === undefined) throw new ForbiddenError(FORBIDDEN, permission);
  if (grant === 'own' && record && !isOwn(ctx.actor, record, customer)) throw new ForbiddenError(NOT_OWN, permission);
  return grant;
}

/** A second record that an operation changes. */
interface AlsoChanged {
  readonly recordType: RecordType;
  readonly record: OwnedRecord & { readonly id: string };
  /** The customer that it belongs to. */
  readonly customer: OwnedRecord | undefined;
}

/**
 * An operation that changes a second record needs the right to change that one too, unless the change is part of the operation: a won
 * opportunity converts its customer. Call it before anything is written.
 * @param sentence names the other record
 * @throws ForbiddenError with the id of the other record
 */
export function authorizeAlso(
  { actor }: RequestContext,
  { recordType, record, customer }: AlsoChanged,
  sentence: Sentence,
): void {
  const permission = `${recordType}:update` as const;
  const grant = grantOf(actor, permission);
  if (grant === 'all' || (grant === 'own' && isOwn(actor, record, customer))) return;
  throw new ForbiddenError(sentence, permission, { recordType, id: record.id });
}
