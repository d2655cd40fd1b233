/** Predicts whether operations on a record would be accepted, from the same table of rights and state machines. */
import { isOwn, type OwnedRecord } from '../../access/rights/ownership.query.js';
import { authorize, grantOf, type RecordAction } from '../../access/rights/permissions.js';
import type { RecordType } from '../../access/rights/record-types.js';
import { loadRecord } from '../../access/loaders/record-loaders.js';
import { requestCache } from '../../access/loaders/request-cache.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type ErrorCode } from '../../platform/errors/errors.js';
import { customerTable, type CustomerRow } from '../customer/customer.query.js';
import { requireConvertible } from '../customer/customer.service.js';
import { requirePossible } from '../opportunity/opportunity-lifecycle.service.js';
import type { OpportunityRow } from '../opportunity/opportunity.query.js';
import { rejectRestoreWithout, rejectUnknown } from '../record/record-errors.js';

/** Whether one operation would be accepted. */
export interface OperationCheck {
  readonly allowed: boolean;
  readonly code: ErrorCode | null;
  readonly reason: string | null;
}

/** By the operation's name; only those that are selected. */
export type OperationChecks = Readonly<Record<string, OperationCheck>>;

/** The fields that the checks need. */
export interface CheckedRow extends OwnedRecord {
  /** Set for a record that belongs to a customer, whose owner owns the record too. */
  readonly customerId?: string;
  /** Reads find live records; a deleted one comes from the mutation that deleted it. */
  readonly deletedAt?: string | null;
  readonly type?: string;
  readonly status?: OpportunityRow['status'];
}

interface Operation {
  readonly right: RecordAction;
  /** The check of the state machine. @throws AppError ILLEGAL_TRANSITION */
  readonly requireState?: (row: CheckedRow) => void;
}

type Operations = ReadonlyMap<string, Operation>;

const COMMON: readonly (readonly [string, Operation])[] = [
  ['update', { right: 'update' }],
  ['delete', { right: 'delete' }],
  ['restore', { right: 'restore' }],
  ['export', { right: 'export' }],
];

function lifecycle(operation: 'win' | 'lose' | 'reopen'): readonly [string, Operation] {
  const requireState = ({ status }: CheckedRow): void => {
    if (status) requirePossible(operation, status);
  };
  return [operation, { right: 'update', requireState }];
}

/** Called for customers only. */
function requireConvertibleType({ type }: CheckedRow): void {
  requireConvertible(type as CustomerRow['type']);
}

/** Activities are completed and reopened in any state. */
const OPERATIONS: Readonly<Record<RecordType, Operations>> = {
  customer: new Map([...COMMON, ['convert', { right: 'update', requireState: requireConvertibleType }]]),
  contact: new Map(COMMON),
  opportunity: new Map([...COMMON, lifecycle('win'), lifecycle('lose'), lifecycle('reopen')]),
  activity: new Map([...COMMON, ['complete', { right: 'update' }], ['reopen', { right: 'update' }]]),
};

/** A record, and its customer if that was read: null for a deleted customer. */
interface Situation {
  readonly recordType: RecordType;
  readonly row: CheckedRow;
  readonly customer: OwnedRecord | null | undefined;
}

/**
 * Checks the selected operations. The customer of a record is read only for a caller who is limited to their own records, and for a
 * deleted record: one statement per level.
 * @param selected fields; other names than operations are ignored
 */
export function checkOperations(
  ctx: RequestContext,
  recordType: RecordType,
  row: CheckedRow,
  selected: ReadonlyMap<string, unknown>,
): OperationChecks | Promise<OperationChecks> {
  const operations = [...OPERATIONS[recordType]].filter(([name]) => selected.has(name));
  const checksOf = (customer?: OwnedRecord | null): OperationChecks =>
    Object.fromEntries(operations.map(([name, one]) => [name, checkOf(ctx, name, one, { recordType, row, customer })]));
  const { customerId } = row;
  const isHeld = operations.some(([, { right }]) => grantOf(ctx.actor, `${recordType}:${right}`) === 'own');
  const dependsOnCustomer = isDeleted(row) || (isHeld && !isOwn(ctx.actor, row));
  if (customerId === undefined || !dependsOnCustomer) return checksOf();
  return loadRecord(ctx, customerTable, customerId, OWNERS).then(checksOf);
}

const OWNERS = ['id', 'assignedToId', 'createdById'] as const;

function isDeleted({ deletedAt }: CheckedRow): boolean {
  return deletedAt !== undefined && deletedAt !== null;
}

const ALLOWED: OperationCheck = { allowed: true, code: null, reason: null };

/** The records of a page are in few different situations. Each is checked once, since making errors is slow. */
const knownChecks = requestCache(() => new Map<string, OperationCheck>());

function checkOf(ctx: RequestContext, name: string, operation: Operation, situation: Situation): OperationCheck {
  const { recordType, row, customer } = situation;
  const owns = isOwn(ctx.actor, row, customer);
  const key = [recordType, name, isDeleted(row), owns, customer === null, row.type, row.status].join(' ');
  const known = knownChecks(ctx);
  let check = known.get(key);
  if (!check) known.set(key, (check = tryOperation(ctx, name, operation, situation)));
  return check;
}

function tryOperation(ctx: RequestContext, name: string, operation: Operation, situation: Situation): OperationCheck {
  try {
    requireOperation(ctx, name, operation, situation);
    return ALLOWED;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { allowed: false, code: error.code, reason: error.sentence[ctx.language] };
  }
}

/** In the order in which the services ask. @throws AppError */
function requireOperation(
  ctx: RequestContext,
  name: string,
  { right, requireState }: Operation,
  { recordType, row, customer }: Situation,
): void {
  authorize(ctx, `${recordType}:${right}`);
  if (name === 'restore') {
    if (isDeleted(row) && customer === null && row.customerId !== undefined) rejectRestoreWithout(row.customerId);
    return;
  }
  if (isDeleted(row)) rejectUnknown(recordType);
  authorize(ctx, `${recordType}:${right}`, row, customer);
  requireState?.(row);
}
