/** What the audit log can be filtered by. */
import { Field } from 'type-graphql';
import {
  BooleanFilter,
  DateTimeFilter,
  enumFilter,
  IdFilter,
  TextFilter,
  type OperatorValues,
} from '../../platform/lists/filter-inputs.js';
import { CostsToFilter } from '../../platform/graphql-schema/query-cost.js';
import type { Filter, FilterColumns } from '../../platform/lists/filter-columns.js';
import { FilterInput } from '../../platform/lists/filter-fields.js';
import { AuditEntityType } from '../events/audit-entity-types.js';

const AuditEntityTypeFilter = enumFilter('AuditEntityTypeFilter', AuditEntityType, 'what an audit event is about');

@CostsToFilter(600)
@FilterInput('audit events')
export class AuditEventFilter {
  @Field(() => TextFilter, { nullable: true, description: 'By what happened, e.g. `customer.updated`.' })
  action?: OperatorValues | null;

  @Field(() => AuditEntityTypeFilter, { nullable: true, description: 'By what it is about.' })
  entityType?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the id of the record.' })
  entityId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the id of the user who did it.' })
  userId?: OperatorValues | null;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether it was done; false for what was rejected.' })
  success?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it happened.' })
  createdAt?: OperatorValues | null;
}

/** A filter of either transport. */
export type AuditFilter = Filter & Pick<AuditEventFilter, 'success' | 'createdAt'>;

export const AUDIT_FILTER_COLUMNS: FilterColumns = {
  action: { column: 'e.action', type: 'text', form: 'code' },
  entityType: { column: 'e.entity_type', type: 'text', form: 'code' },
  // A company's settings are a record too, whose id is the tenant's id: a text.
  entityId: { column: 'e.entity_id', type: 'text', form: 'code' },
  userId: { column: 'e.user_id', type: 'uuid' },
  success: { column: 'e.success', type: 'boolean' },
  createdAt: { column: 'e.created_at', type: 'timestamptz' },
};
