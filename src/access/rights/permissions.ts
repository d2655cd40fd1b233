/** Who may do what: the one table that both transports, exports, aggregates and batches ask. */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { isOwn, type OwnedRecord } from './ownership.query.js';
import { RECORD_TYPES, type RecordType } from './record-types.js';
import type { Actor, RequestContext } from '../identity/request-context.js';
import type { Role } from '../identity/user.entity.js';

export type RecordAction = 'read' | 'create' | 'update' | 'delete' | 'restore' | 'export';
export type Permission = `${RecordType}:${RecordAction}` | 'audit:read' | 'user:manage' | 'tenant:manage';

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

/** Deny by default: what is not listed is rejected. */
export const RIGHTS: Readonly<Record<Role, Rights>> = {
  admin: {
    ...onRecords({ read: 'all', create: 'all', update: 'all', delete: 'all', restore: 'all', export: 'all' }),
    'audit:read': 'all',
    'user:manage': 'all',
    'tenant:manage': 'all',
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

/** The record that a rejection is about: of the kind alone where the caller's own id says which, or where it has none yet. */
interface RejectedRecord {
  readonly recordType: RecordType;
  readonly id?: string;
}

/** A rejection for lack of rights. `details.permission` names the right; its audit event stands under `record`. */
export class ForbiddenError extends AppError {
  /** @param record where the right does not say which kind it is about, or where it is another record than the caller's id says */
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

/** What the permission gives this actor, undefined for nothing. */
export function grantOf(actor: Actor, permission: Permission): Grant | undefined {
  return RIGHTS[actor.role][permission];
}

/**
 * The first statement of every operation. An operation on one record calls it again once the record is loaded.
 * @param customer that the record belongs to
 * @returns `own` when the caller may use the right on their own records alone
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

/** A record that an operation on another one would change as well. */
interface AlsoChanged {
  readonly recordType: RecordType;
  readonly record: OwnedRecord & { readonly id: string };
  /** The customer that it belongs to. */
  readonly customer: OwnedRecord | undefined;
}

/**
 * An operation that changes a second record needs the right to that one too, unless the domain says that the change is part of
 * the operation, as a won sale converts its customer. Ask it before anything is written.
 * @param sentence says which other record stands in the way
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
