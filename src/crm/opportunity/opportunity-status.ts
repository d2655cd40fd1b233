/**
 * The state machine of opportunities: what each status means, which changes of it are possible, and what they bring along.
 * Every door – create, update, win, lose, reopen – asks here. Pure: values in, values out; the CHECKs of the table hold the same.
 */
import { AppError, validationError, type FieldError, type Sentence } from '../../platform/errors/errors.js';
import type { OpportunityStatus } from './opportunity-enums.js';

/** Chance of winning where the caller gives none, in percent. */
const TYPICAL_PROBABILITY: Readonly<Record<OpportunityStatus, number>> = {
  NEW: 10,
  QUALIFIED: 25,
  PROPOSAL: 50,
  NEGOTIATION: 75,
  WON: 100,
  LOST: 0,
};

/** The fields that the status rules. Amount and currency are none of them: they may change at any time. */
export interface Lifecycle {
  readonly status: OpportunityStatus;
  readonly probability: number;
  /** Calendar date in the tenant's time zone. */
  readonly actualCloseDate: string | null;
  readonly winReason: string | null;
  readonly lossReason: string | null;
}

/** What a caller asks of them; absent is untouched. */
export interface LifecycleRequest {
  readonly status?: OpportunityStatus;
  /** null: the typical one of the status. */
  readonly probability?: number | null;
  readonly winReason?: string | null;
  readonly lossReason?: string | null;
}

/** What a lifecycle's change is called in the audit trail. */
type LifecycleStep = 'won' | 'lost' | 'reopened';

/** @returns whether a sale in this status is still in progress */
export function isActive(status: OpportunityStatus): boolean {
  return status !== 'WON' && status !== 'LOST';
}

/** A new opportunity; data is often entered late, so it may begin as closed today. @throws AppError VALIDATION_FAILED */
export function decideCreation(asked: LifecycleRequest, today: string): Lifecycle {
  return applyRequest(enter(undefined, asked.status ?? 'NEW', today), asked);
}

/**
 * A change through the record's fields. A status that stays is no change, so a closed record's reason can be edited beside it.
 * @throws AppError ILLEGAL_TRANSITION, VALIDATION_FAILED
 */
export function decideUpdate(current: Lifecycle, asked: LifecycleRequest, today: string): Lifecycle {
  const status = asked.status ?? current.status;
  return applyRequest(status === current.status ? current : enter(current, status, today), asked);
}

/** Winning what is won changes nothing: the first date and reason stay. @throws AppError ILLEGAL_TRANSITION */
export function decideWin(current: Lifecycle, winReason: string | null, today: string): Lifecycle {
  return current.status === 'WON' ? current : decideUpdate(current, { status: 'WON', winReason }, today);
}

/** Losing what is lost changes nothing: the first date and reason stay. @throws AppError ILLEGAL_TRANSITION */
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

/** Asks whether an operation is possible in a status, and changes nothing. @throws AppError ILLEGAL_TRANSITION */
export function requirePossible(operation: keyof typeof DECISIONS, status: OpportunityStatus): void {
  // Only the status decides. The day of a decision that is thrown away does not matter.
  DECISIONS[operation](enter(undefined, status, ''));
}

/** @returns the word for a change of status that closes or reopens, undefined for any other change */
export function stepBetween(before: OpportunityStatus, after: OpportunityStatus): LifecycleStep | undefined {
  if (before === after) return undefined;
  if (after === 'WON') return 'won';
  if (after === 'LOST') return 'lost';
  return isActive(before) ? undefined : 'reopened';
}

/** The invariants of a status just entered. Between WON and LOST an opportunity has to be reopened. */
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

/** A chance that somebody set by hand outlives the step to another active status. */
function probabilityIn(status: OpportunityStatus, before: Lifecycle | undefined): number {
  const isOverridden = before !== undefined && before.probability !== TYPICAL_PROBABILITY[before.status];
  const isKept = isOverridden && isActive(before.status) && isActive(status);
  return isKept ? before.probability : TYPICAL_PROBABILITY[status];
}

/** What was asked on top of what the status brings; rejected where the two contradict each other. */
function applyRequest(entered: Lifecycle, asked: LifecycleRequest): Lifecycle {
  const { status, actualCloseDate } = entered;
  const { probability = entered.probability, winReason = entered.winReason, lossReason = entered.lossReason } = asked;
  // Field by field: what was entered may be a whole record, and the rest of it is not decided here.
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

/** Why the operation is not possible in this status, and which are. */
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
