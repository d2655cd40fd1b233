import { grantOf } from '../../access/rights/permissions.js';
import type { RecordType } from '../../access/rights/record-types.js';
import { loadRecord } from '../../access/loaders/record-loaders.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import type { TypedRow } from '../../platform/graphql-schema/node.js';
import { propertiesOf } from '../../platform/lists/record-connection.js';
import type { RecordTable } from '../../platform/lists/record-table.js';
import type { Selection } from '../../platform/graphql-schema/selection.js';
import { loadAuditEvent } from '../../audit/log/audit-log.service.js';
import { activityTable } from '../activity/activity.query.js';
import { contactTable } from '../contact/contact.query.js';
import { customerTable } from '../customer/customer.query.js';
import { transitionTable } from '../opportunity/opportunity-transition.query.js';
import { opportunityTable } from '../opportunity/opportunity.query.js';

/** An object of any node type, with its type name. */
export interface NodeRow extends TypedRow {
  readonly id: string;
}

/** What is selected of the values of one type. */
export type SelectionOn = (typeName: string) => Selection;

type LoadNode = (ctx: RequestContext, id: string, selectionOn: SelectionOn) => Promise<NodeRow | null>;

/** A record that the caller may not read is treated as unknown: an error would reveal that it exists. */
function loaderOf<Row extends { readonly id: string }>(
  recordType: RecordType,
  typeName: string,
  table: RecordTable<Row>,
): LoadNode {
  return async (ctx, id, selectionOn) => {
    if (grantOf(ctx.actor, `${recordType}:read`) === undefined) return null;
    const row = await loadRecord(ctx, table, id, propertiesOf(table, selectionOn(typeName)));
    return row && { ...row, __typename: typeName };
  };
}

const LOADERS: Readonly<Record<RecordType, LoadNode>> = {
  customer: loaderOf('customer', 'Customer', customerTable),
  contact: loaderOf('contact', 'Contact', contactTable),
  opportunity: loaderOf('opportunity', 'Opportunity', opportunityTable),
  activity: loaderOf('activity', 'Activity', activityTable),
};

async function loadUserNode(ctx: RequestContext, id: string, selectionOn: SelectionOn): Promise<NodeRow | null> {
  const user = await loadUser(ctx, id, selectionOn('User'));
  return user && { ...user, __typename: 'User' };
}

/** The other node types; they are tried for an id that no record has. */
const OTHERS: readonly LoadNode[] = [
  loadUserNode,
  loaderOf('opportunity', 'OpportunityTransition', transitionTable),
  async (ctx, id, selectionOn) => {
    const event = await loadAuditEvent(ctx, id, selectionOn('AuditEvent'));
    return event && { ...event, __typename: 'AuditEvent' };
  },
];

/**
 * The object with the id; null for an unknown, deleted or foreign id, and for an object that the caller may not read. One statement
 * per record type reads all ids of a request. Ids that no record has take three more statements, in a second round trip.
 */
export async function loadNode(ctx: RequestContext, id: string, selectionOn: SelectionOn): Promise<NodeRow | null> {
  for (const loaders of [Object.values(LOADERS), OTHERS]) {
    const found = await Promise.all(loaders.map((load) => load(ctx, id, selectionOn)));
    const node = found.find((row) => row !== null);
    if (node) return node;
  }
  return null;
}

/** The same for a record of a known type: one statement per record type. */
export function loadRecordOf(
  ctx: RequestContext,
  recordType: RecordType,
  id: string,
  selectionOn: SelectionOn,
): Promise<NodeRow | null> {
  return LOADERS[recordType](ctx, id, selectionOn);
}
