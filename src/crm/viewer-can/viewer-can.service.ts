import { grantOf, isOwn, type Grant, type OwnedRecord } from '../../access/rights/permissions.js';
import type { RecordNoun } from '../../access/rights/record-kinds.js';
import { loadRecord } from '../../access/loaders/record-loaders.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import type { Sentence } from '../../platform/errors/errors.js';
import { customerTable } from '../customer/customer.query.js';

const ACTIONS = ['update', 'delete', 'export'] as const;
type Action = (typeof ACTIONS)[number];

/** What a caller may do with one record, and why not the rest. */
export interface ViewerRights extends Readonly<Record<Action, boolean>> {
  readonly reason: string | null;
}

/** What ownership looks at: a record of a customer's is also its owner's. */
export interface OwnedRow extends OwnedRecord {
  readonly customerId?: string;
}

const WORDS: Readonly<Record<Action, Sentence>> = {
  update: { fr: 'modifier', en: 'update' },
  delete: { fr: 'supprimer', en: 'delete' },
  export: { fr: 'exporter', en: 'export' },
};
const BY_ROLE: Sentence = { fr: 'Non permis à votre rôle : ', en: 'Not allowed for your role: ' };
const NOT_OWN: Sentence = { fr: 'Limité à vos propres fiches : ', en: 'Limited to your own records: ' };

type Grants = Readonly<Record<Action, Grant | undefined>>;

/**
 * What the mutations and exports would say of a record that is there, from the same table of rights. Customers of records are looked
 * at only for who is held to their own, all of a level with one statement.
 */
export function findViewerRights(
  ctx: RequestContext,
  noun: RecordNoun,
  record: OwnedRow,
): ViewerRights | Promise<ViewerRights> {
  const grants: Grants = {
    update: grantOf(ctx.actor, `${noun}:update`),
    delete: grantOf(ctx.actor, `${noun}:delete`),
    export: grantOf(ctx.actor, `${noun}:export`),
  };
  const { customerId } = record;
  const isHeld = ACTIONS.some((action) => grants[action] === 'own');
  if (!isHeld || isOwn(ctx.actor, record)) return rightsOf(ctx, grants, true);
  if (customerId === undefined) return rightsOf(ctx, grants, false);
  return isOfOwnCustomer(ctx, customerId).then((own) => rightsOf(ctx, grants, own));
}

async function isOfOwnCustomer(ctx: RequestContext, customerId: string): Promise<boolean> {
  const customer = await loadRecord(ctx, customerTable, customerId, OWNERS);
  return customer !== null && isOwn(ctx.actor, customer);
}

const OWNERS = ['id', 'assignedToId', 'createdById'] as const;

function rightsOf({ language }: RequestContext, grants: Grants, isOwnRecord: boolean): ViewerRights {
  const byRole = ACTIONS.filter((action) => grants[action] === undefined);
  const notOwn = isOwnRecord ? [] : ACTIONS.filter((action) => grants[action] === 'own');
  const sentence = (start: Sentence, actions: readonly Action[]): string[] =>
    actions.length === 0 ? [] : [`${start[language]}${actions.map((action) => WORDS[action][language]).join(', ')}.`];
  const sentences = [...sentence(BY_ROLE, byRole), ...sentence(NOT_OWN, notOwn)];
  const may = (action: Action): boolean => !byRole.includes(action) && !notOwn.includes(action);
  return {
    update: may('update'),
    delete: may('delete'),
    export: may('export'),
    reason: sentences.length === 0 ? null : sentences.join(' '),
  };
}
