import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { User } from '../../access/identity/user.entity.js';
import { selectionOf } from '../../platform/graphql-schema/selection.js';
import type { VisibleUser } from '../../access/identity/user-row.js';
import { loadUser } from '../../access/loaders/user.loader.js';
import type { ConnectionPage } from '../../platform/graphql-schema/connection.js';
import { filterForm } from '../../platform/lists/filter-form.js';
import { cursorScope } from '../../platform/lists/keyset.js';
import { connectionPage, readConnection } from '../../platform/lists/record-connection.js';
import { AtMost } from '../../platform/graphql-schema/query-cost.js';
import { changesOf, MAX_CHANGES, type FieldChange } from './audit-changes.js';
import { AuditEventConnection, AuditEventType, AuditPageArgs, FieldChangeType } from './audit-event.type.js';
import { AuditEventFilter, type AuditFilter } from './audit-log.filter.js';
import { auditEventTable, NEWEST_FIRST, type AuditEventRow } from './audit-log.query.js';
import { listAuditEvents } from './audit-log.service.js';

@Resolver(() => AuditEventType)
export class AuditLogResolver {
  @Query(() => AuditEventConnection, {
    description: 'The audit log, newest first: changes, sign-ins, rejections, exports. For admins and managers.',
  })
  async auditEvents(
    @Arg('filter', () => AuditEventFilter, { nullable: true, description: 'Only these.' })
    filter: AuditFilter | null,
    @Args(() => AuditPageArgs) args: AuditPageArgs,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionPage<AuditEventRow>> {
    const list = { filter, search: undefined, order: NEWEST_FIRST };
    const scope = () => cursorScope(ctx.tenant.id, 'auditEvents', filterForm(filter));
    const request = readConnection(auditEventTable, list, scope, args, info);
    return connectionPage(request, await listAuditEvents(ctx, { ...request.query, filter }));
  }

  @FieldResolver(() => User, { nullable: true, description: 'The user who did it, as they are now.' })
  actor(
    @Root() { userId }: AuditEventRow,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<VisibleUser | null> | null {
    return loadUser(ctx, userId, selectionOf(info));
  }

  @FieldResolver(() => [FieldChangeType], {
    description: 'The fields that differ before and after; none where the event holds no values.',
  })
  @AtMost(MAX_CHANGES)
  changes(@Root() event: AuditEventRow, @Ctx() { database }: RequestContext): readonly FieldChange[] {
    return changesOf(database.orm.em.getMetadata(), event);
  }
}
