import { authorize } from '../../access/rights/permissions.js';
import type { RequestContext } from '../../access/identity/request-context.js';
import { equalTo } from '../../platform/lists/filters.js';
import { periodOf } from '../../platform/lists/period.js';
import { BooleanField, DateOrInstantField, IntegerField, TextField, UuidField } from '../../platform/input/fields.js';
import { jsonOf } from '../../platform/rest/json-text.js';
import { pageLinks } from '../../platform/rest/page.js';
import { defineRestRoute, type RestAnswer, type RestRoute } from '../../platform/rest/routes.js';
import { auditEventTable } from './audit-log.query.js';
import { checkChain, getAuditEvent, listAuditEvents } from './audit-log.service.js';
import { auditCheckSchema, auditEventSerializer, auditLogSchema, toAuditEventRecord } from './audit-log.serializer.js';
import type { ChainCheck } from '../seals/chain-checks.js';
import type { ChainHead } from '../seals/verify.js';

const LOGS = '/v1/audit/logs';
const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 500;

/** What all routes of the audit log have in common. */
const AUDIT = {
  method: 'GET',
  tags: ['Audit'],
  authorize: (ctx: RequestContext): void => {
    authorize(ctx, 'audit:read');
  },
} as const;

/** The filters of the log and its pages. */
class AuditLogParameters {
  @TextField({ max: 100, form: 'code', description: 'Only this action, e.g. `customer.updated` or `access.denied`.' })
  action?: string | null;

  @TextField({ max: 100, form: 'code', description: 'Only records of this type, e.g. `customer`.' })
  entityType?: string | null;

  @TextField({ max: 255, form: 'code', description: 'Only this record.' })
  entityId?: string | null;

  @UuidField({ description: 'Only what this user did.' })
  userId?: string | null;

  @BooleanField({ description: 'Only what was done, or only what was rejected.' })
  success?: boolean | null;

  @DateOrInstantField({
    description: 'Not before this instant, or this day in the time zone of the company (`2026-03-31`).',
  })
  fromDate?: string | null;

  @DateOrInstantField({ description: 'Not after this instant or day; the whole day is included.' })
  toDate?: string | null;

  @TextField({
    max: 255,
    description:
      'Part of action, id of the record, e-mail or IP address, description or request id; case and accents do not matter. Looks at the newest 100 000 events that the other filters leave: it is rejected where these do not fill the page and there are more. Its total stops at 10 000.',
  })
  searchText?: string | null;

  @IntegerField({ min: 1, max: 1_000_000, default: 1, description: 'Number of the page, from 1.' })
  page?: number;

  @IntegerField({ min: 1, max: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE, description: 'Events on a page.' })
  pageSize?: number;
}

/** This envelope is CRM T0's; other lists have their own. */
async function answerLog(ctx: RequestContext, query: AuditLogParameters, url: string): Promise<RestAnswer> {
  const { page = 1, pageSize: size = DEFAULT_PAGE_SIZE, searchText, fromDate, toDate } = query;
  const { action, entityType, entityId, userId, success } = query;
  const createdAt = periodOf(fromDate, toDate, ctx.tenant.timeZone);
  const {
    rows,
    total = 0,
    isTotalExact = true,
  } = await listAuditEvents(ctx, {
    filter: { ...equalTo({ action, entityType, entityId, userId, success }), createdAt },
    search: searchText,
    properties: auditEventTable.properties,
    limit: size,
    offset: (page - 1) * size,
    withRows: true,
    withTotal: true,
  });
  const logs = auditEventSerializer.writeList(rows.map(toAuditEventRecord));
  // A page that the counted events do not fill needs older ones, which are not read: it would be rejected.
  const link = pageLinks(url, page, isTotalExact ? Math.ceil(total / size) : Math.floor(total / size));
  return {
    status: 200,
    json: jsonOf(
      '{"logs":',
      logs,
      `,"total":${total},"page":${page},"page_size":${size},"total_is_exact":${isTotalExact}}`,
    ),
    ...(link !== '' && { headers: { link } }),
  };
}

const listRoute = defineRestRoute({
  ...AUDIT,
  path: LOGS,
  operationId: 'listAuditLogs',
  summary: 'Who did what, newest first',
  description: 'Changes, sign-ins, rejections and exports of the company. What the filters say holds together.',
  query: AuditLogParameters,
  response: { type: 'json', schema: auditLogSchema, linked: true },
  errors: ['FORBIDDEN'],
  handle: (ctx: RequestContext, { query, url }) => answerLog(ctx, query, url),
});

const getRoute = defineRestRoute({
  ...AUDIT,
  path: `${LOGS}/{id}`,
  operationId: 'getAuditLog',
  summary: 'One event',
  description: 'With the changed fields, before and after.',
  response: { type: 'json', schema: auditEventSerializer.schema },
  errors: ['FORBIDDEN', 'NOT_FOUND'],
  handle: async (ctx: RequestContext, { params: { id = '' } }) => ({
    status: 200,
    json: auditEventSerializer.write(toAuditEventRecord(await getAuditEvent(ctx, id))),
  }),
});

const HEAD = /^[1-9]\d{0,14}:[0-9a-f]{64}$/;
/** Nobody reads more of them one by one. */
const PROBLEMS_SHOWN = 100;

class AuditCheckParameters {
  @TextField({
    max: 80,
    pattern: HEAD,
    description: 'A head that was kept, as `seq:hash`: shows whether the end of the chain was cut off or rewritten.',
  })
  head?: string | null;

  @BooleanField({
    default: false,
    description:
      'Walks the whole chain now, however long it takes: 429 with Retry-After when such a walk has just ended.',
  })
  full?: boolean | null;
}

function readHead(text: string | null | undefined): ChainHead | undefined {
  const [seq, hash] = text?.split(':') ?? [];
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash };
}

function writeCheck(check: ChainCheck, { language }: RequestContext): string {
  const { isComplete, walkedAt, seals, events, head, problems } = check;
  return JSON.stringify({
    ok: isComplete && problems.length === 0,
    complete: isComplete,
    walked_at: walkedAt ?? null,
    seals,
    events,
    head: head ?? null,
    problem_count: problems.length,
    problems: problems.slice(0, PROBLEMS_SHOWN).map(({ kind, seq = null, eventId = null, sentence }) => ({
      kind,
      seq,
      event_id: eventId,
      message: sentence[language],
    })),
  });
}

const verifyRoute = defineRestRoute({
  ...AUDIT,
  path: '/v1/audit/verify',
  operationId: 'verifyAuditTrail',
  summary: 'Check the chain of seals, and every event against its seal',
  description:
    'Names each event and each seal that was edited, removed, reordered, repeated or misdated. A chain whose walk takes half a second or more is walked again after ten times as long, and at once after rows were changed. Until then the answer adds the new seals to the result of the last walk; `walked_at` is when that ended. `full=true` waits for a walk of the whole chain, which takes about a minute for a million events.',
  query: AuditCheckParameters,
  response: { type: 'json', schema: auditCheckSchema },
  errors: ['FORBIDDEN'],
  handle: async (ctx: RequestContext, { query: { head, full } }) => ({
    status: 200,
    json: writeCheck(await checkChain(ctx, { keptHead: readHead(head), isWhole: full ?? false }), ctx),
  }),
});

export const auditRoutes: readonly RestRoute<RequestContext>[] = [listRoute, getRoute, verifyRoute];
