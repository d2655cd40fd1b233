/**
 * The state machine of opportunities: which changes of status are possible, and which fields follow the status. A lost opportunity
 * cannot be won, and a won one cannot be lost, until it is reopened (`enter`).
 * Create, update, win, lose and reopen all decide here. The functions are pure. The CHECKs of the table state the same invariants.
 */
import { AppError, validationError, type FieldError, type Sentence } from '../../platform/errors/errors.js';
import type { OpportunityStatus } from './opportunity-enums.js';

/** Default probability of each status, in percent. */
const TYPICAL_PROBABILITY: Readonly<Record<OpportunityStatus, number>> = {
  NEW: 10,
  QUALIFIED: 25,
  PROPOSAL: 50,
  NEGOTIATION: 75,
  WON: 100,
  LOST: 0,
};

/** The fields that depend on the status. Amount and currency do not: they may change at any time. */
export interface Lifecycle {
  readonly status: OpportunityStatus;
  readonly probability: number;
  /** Calendar date in the tenant's time zone. */
  readonly actualCloseDate: string | null;
  readonly winReason: string | null;
  readonly lossReason: string | null;
}

/** The values that a caller sends for them; absent leaves a field untouched. */
export interface LifecycleRequest {
  readonly status?: OpportunityStatus;
  /** null: the default of the status. */
  readonly probability?: number | null;
  readonly winReason?: string | null;
  readonly lossReason?: string | null;
}

/** The name of a change of status in the audit log. */
type LifecycleStep = 'won' | 'lost' | 'reopened';

/** @returns whether a sale in this status is still in progress */
export function isActive(status: OpportunityStatus): boolean {
  return status !== 'WON' && status !== 'LOST';
}

/** A new opportunity. It may begin as won or lost, because data is often entered late. @throws AppError VALIDATION_FAILED */
export function decideCreation(asked: LifecycleRequest, today: string): Lifecycle {
  return applyRequest(enter(undefined, asked.status ?? 'NEW', today), asked);
}

/**
 * A change through the record's fields. The reason of a closed opportunity can be edited while its status stays the same.
 * @throws AppError ILLEGAL_TRANSITION, VALIDATION_FAILED
 */
export function decideUpdate(current: Lifecycle, asked: LifecycleRequest, today: string): Lifecycle {
  const status = asked.status ?? current.status;
  return applyRequest(status === current.status ? current : enter(current, status, today), asked);
}

/** A won opportunity is returned unchanged, with its first date and reason. @throws AppError ILLEGAL_TRANSITION */
export function decideWin(current: Lifecycle, winReason: string | null, today: string): Lifecycle {
  return current.status === 'WON' ? current : decideUpdate(current, { status: 'WON', winReason }, today);
}

/** A lost opportunity is returned unchanged, with its first date and reason. @throws AppError ILLEGAL_TRANSITION */
export function decideLoss(current: Lifecycle, lossReason: string | null, today: string): Lifecycle {
  return current.status === 'LOST' ? current : decideUpdate(current, { status: 'LOST', lossReason }, today);
}

/** @throws AppError VALIDATION_FAILED (to a closed status), ILLEGAL_TRANSITION (from an active one) */
export function decideReopening(
  current: Lifecycle,
  status: OpportunityStatus | null | undefined,
  today: string,
): Lifecycle {
  const reopened = status ?? 'NEGOTIATION';
  if (!isActive(reopened)) throw validationError([{ path: ['status'], code: 'NOT_IN_LIST', message: NOT_ACTIVE }]);
  if (isActive(current.status)) throw illegal(current.status);
  return decideUpdate(current, { status: reopened }, today);
}

const DECISIONS = {
  win: (current) => decideWin(current, null, ''),
  lose: (current) => decideLoss(current, null, ''),
  reopen: (current) => decideReopening(current, null, ''),
} satisfies Readonly<Record<string, (current: Lifecycle) => Lifecycle>>;

/** Checks that an operation is possible in a status. @throws AppError ILLEGAL_TRANSITION */
export function requirePossible(operation: keyof typeof DECISIONS, status: OpportunityStatus): void {
  // Only the status decides: the result, and so the day in it, is discarded.
  DECISIONS[operation](enter(undefined, status, ''));
}

/** @returns the name of a change of status that closes or reopens, undefined for any other change */
export function stepBetween(before: OpportunityStatus, after: OpportunityStatus): LifecycleStep | undefined {
  if (before === after) return undefined;
  if (after === 'WON') return 'won';
  if (after === 'LOST') return 'lost';
  return isActive(before) ? undefined : 'reopened';
}

/**
 * The fields of an opportunity that has just entered a status.
 * @throws AppError ILLEGAL_TRANSITION from LOST to WON and from WON to LOST: the opportunity must be reopened first
 */
function enter(before: Lifecycle | undefined, status: OpportunityStatus, today: string): Lifecycle {
  if (before && !isActive(before.status) && !isActive(status)) throw illegal(before.status);
  return {
    status,
    probability: probabilityIn(status, before),
    actualCloseDate: isActive(status) ? null : today,
    winReason: null,
    lossReason: null,
  };
}

/** A probability that was set by hand is kept from one active status to the next. */
function probabilityIn(status: OpportunityStatus, before: Lifecycle | undefined): number {
  const isOverridden = before !== undefined && before.probability !== TYPICAL_PROBABILITY[before.status];
  const isKept = isOverridden && isActive(before.status) && isActive(status);
  return isKept ? before.probability : TYPICAL_PROBABILITY[status];
}

/** Applies the caller's values to the fields of a status. @throws AppError VALIDATION_FAILED if they contradict the status */
function applyRequest(entered: Lifecycle, asked: LifecycleRequest): Lifecycle {
  const { status, actualCloseDate } = entered;
  const { probability = entered.probability, winReason = entered.winReason, lossReason = entered.lossReason } = asked;
  // Field by field: `entered` may be a whole record, whose other fields must not be returned.
  const next = {
    status,
    probability: probability ?? TYPICAL_PROBABILITY[status],
    actualCloseDate,
    winReason,
    lossReason,
  };
  const contradictions = contradictionsIn(next);
  if (contradictions.length > 0) throw validationError(contradictions);
  return next;
}

function contradictionsIn({ status, probability, winReason, lossReason }: Lifecycle): FieldError[] {
  const isContradicted: readonly (readonly [field: string, is: boolean])[] = [
    ['probability', !isActive(status) && probability !== TYPICAL_PROBABILITY[status]],
    ['winReason', winReason !== null && status !== 'WON'],
    ['lossReason', lossReason !== null && status !== 'LOST'],
  ];
  return isContradicted
    .filter(([, is]) => is)
    .map(([field]) => ({ path: [field], code: 'CONTRADICTS_STATUS', message: CONTRADICTS }));
}

const CONTRADICTS: Sentence = {
  fr: 'Cette valeur contredit le statut.',
  en: 'This value contradicts the status.',
};
const NOT_ACTIVE: Sentence = {
  fr: 'Un statut actif est attendu : ni WON ni LOST.',
  en: 'An active status is expected: neither WON nor LOST.',
};

type Rejection = Sentence & { readonly allowed: readonly string[] };

/** Why an operation is not possible in a status, and which operations are. */
const REJECTIONS: Readonly<Record<'active' | 'WON' | 'LOST', Rejection>> = {
  active: {
    fr: "L'opportunité est en cours : elle ne peut pas être rouverte.",
    en: 'The opportunity is active: it cannot be reopened.',
    allowed: ['win', 'lose'],
  },
  WON: {
    fr: "L'opportunité est gagnée : rouvrez-la d'abord.",
    en: 'The opportunity is won: reopen it first.',
    allowed: ['reopen'],
  },
  LOST: {
    fr: "L'opportunité est perdue : rouvrez-la d'abord.",
    en: 'The opportunity is lost: reopen it first.',
    allowed: ['reopen'],
  },
};

function illegal(from: OpportunityStatus): AppError {
  const { allowed, ...sentence } = REJECTIONS[from === 'WON' || from === 'LOST' ? from : 'active'];
  return new AppError('ILLEGAL_TRANSITION', sentence, { details: { from, allowed } });
}
