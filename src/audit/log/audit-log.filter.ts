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
import { Role } from '../../access/identity/user.entity.js';
import { ErrorCodeEnum } from '../../platform/graphql-schema/error-code.js';
import { CostsToFilter } from '../../platform/graphql-schema/query-cost.js';
import type { Filter, FilterColumns } from '../../platform/lists/filter-columns.js';
import { FilterInput } from '../../platform/lists/filter-fields.js';
import { AuditEntityType } from '../events/audit-entity-types.js';

const RoleFilter = enumFilter('RoleFilter', Role, 'the role of a user');
const ErrorCodeFilter = enumFilter('ErrorCodeFilter', ErrorCodeEnum, 'the code of an error');
const AuditEntityTypeFilter = enumFilter('AuditEntityTypeFilter', AuditEntityType, 'what an audit event is about');

@CostsToFilter(600)
@FilterInput('audit events')
export class AuditEventFilter {
  @Field(() => IdFilter, { nullable: true, description: 'By id.' })
  id?: OperatorValues | null;

  @Field(() => TextFilter, { nullable: true, description: 'By what happened, e.g. `customer.updated`.' })
  action?: OperatorValues | null;

  @Field(() => AuditEntityTypeFilter, { nullable: true, description: 'By what it is about.' })
  entityType?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the id of the record.' })
  entityId?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the id of the user who did it.' })
  userId?: OperatorValues | null;

  @Field(() => TextFilter, {
    nullable: true,
    description: 'By the e-mail address of that user then, case as it was written.',
  })
  userEmail?: OperatorValues | null;

  @Field(() => RoleFilter, { nullable: true, description: 'By the role of that user then.' })
  userRole?: OperatorValues | null;

  @Field(() => TextFilter, { nullable: true, description: 'By the request that did it.' })
  requestId?: OperatorValues | null;

  @Field(() => TextFilter, { nullable: true, description: 'By the IP address that the request came from.' })
  ipAddress?: OperatorValues | null;

  @Field(() => ErrorCodeFilter, { nullable: true, description: 'By why it was rejected.' })
  errorCode?: OperatorValues | null;

  @Field(() => IdFilter, { nullable: true, description: 'By the id of the API key that was used.' })
  apiKeyId?: OperatorValues | null;

  @Field(() => BooleanFilter, {
    nullable: true,
    description: 'By whether a service account did it on behalf of the user.',
  })
  onBehalf?: OperatorValues | null;

  @Field(() => BooleanFilter, { nullable: true, description: 'By whether it was done; false for what was rejected.' })
  success?: OperatorValues | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'By when it happened.' })
  createdAt?: OperatorValues | null;
}

/** A filter of either transport. */
export type AuditFilter = Filter & Pick<AuditEventFilter, 'success' | 'createdAt'>;

export const AUDIT_FILTER_COLUMNS: FilterColumns = {
  id: { column: 'e.id', type: 'uuid' },
  action: { column: 'e.action', type: 'text', form: 'code' },
  entityType: { column: 'e.entity_type', type: 'text', form: 'code' },
  // A company's settings are a record too, whose id is the tenant's id: a text.
  entityId: { column: 'e.entity_id', type: 'text', form: 'code' },
  userId: { column: 'e.user_id', type: 'uuid' },
  userEmail: { column: 'e.user_email', type: 'text', form: 'code' },
  userRole: { column: 'e.user_role', type: 'text', form: 'code' },
  requestId: { column: 'e.request_id', type: 'text', form: 'code' },
  ipAddress: { column: 'e.ip_address', type: 'text', form: 'code' },
  errorCode: { column: 'e.error_code', type: 'text', form: 'code' },
  apiKeyId: { column: 'e.api_key_id', type: 'uuid' },
  // Stands in events where it is true alone.
  onBehalf: { column: 'coalesce(e.on_behalf, false)', type: 'boolean' },
  success: { column: 'e.success', type: 'boolean' },
  createdAt: { column: 'e.created_at', type: 'timestamptz' },
};
