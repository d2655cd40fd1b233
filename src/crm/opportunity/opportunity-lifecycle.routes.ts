/** `POST …/win`, `/lose`, `/reopen`. */
import type { RequestContext } from '../../access/identity/request-context.js';
import { validationError } from '../../platform/errors/errors.js';
import { readIfMatch } from '../../platform/rest/record.js';
import { defineRestRoute, type RestRoute } from '../../platform/rest/routes.js';
import { SENTENCES } from '../../platform/input/validation.js';
import { collectionOf, need, type RecordNames } from '../record/record-names.js';
import { changedAnswer } from '../record/record-routes.js';
import { loseOpportunity, reopenOpportunity, winOpportunity } from './opportunity-lifecycle.service.js';
import {
  LoseOpportunityBody,
  LoseOpportunityQuery,
  ReopenOpportunityBody,
  WinOpportunityBody,
  WinOpportunityQuery,
} from './opportunity.input.js';
import { opportunitySerializer } from './opportunity.serializer.js';

const serializer = opportunitySerializer;

/** What the three have in common. */
function describeAction(names: RecordNames, action: 'win' | 'lose' | 'reopen') {
  return {
    method: 'POST',
    path: `${collectionOf(names)}/{id}/${action}`,
    operationId: `${action}Opportunity`,
    tags: [names.tag],
    bodyOptional: true,
    response: { type: 'record', serializer },
    versioned: true,
    authorize: need(names, 'update'),
  } as const;
}

/** A reason may come in the body or in the query, for older clients; in both it must be the same. */
function oneReason(
  body: string | null | undefined,
  query: string | null | undefined,
  parameter: 'winReason' | 'lossReason',
): string | null {
  if (body && query && body !== query) {
    const message = SENTENCES.CONFLICTING_MEMBERS;
    throw validationError([{ path: [parameter], code: 'CONFLICTING_MEMBERS', message }]);
  }
  return body ?? query ?? null;
}

function winRoute(names: RecordNames): RestRoute<RequestContext> {
  return defineRestRoute({
    ...describeAction(names, 'win'),
    summary: 'Win an opportunity',
    description:
      'Its probability becomes 100 and its closing date today; its customer, if a prospect or lead, becomes a customer. One that is won stays as it is; one that is lost must be reopened before.',
    body: WinOpportunityBody,
    example: { reason: 'Meilleure offre technique' },
    query: WinOpportunityQuery,
    aliases: { win_reason: 'reason' },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body, query, headers }) => {
      const reason = oneReason(body.reason, query.winReason, 'winReason');
      return changedAnswer(
        serializer,
        await winOpportunity(ctx, id, { reason, expectedVersion: readIfMatch(headers) }),
      );
    },
  });
}

function loseRoute(names: RecordNames): RestRoute<RequestContext> {
  return defineRestRoute({
    ...describeAction(names, 'lose'),
    summary: 'Lose an opportunity',
    description:
      'Its probability becomes 0 and its closing date today. One that is lost stays as it is; one that is won must be reopened before.',
    body: LoseOpportunityBody,
    example: { reason: 'Budget insuffisant' },
    query: LoseOpportunityQuery,
    aliases: { loss_reason: 'reason' },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body, query, headers }) => {
      const reason = oneReason(body.reason, query.lossReason, 'lossReason');
      return changedAnswer(
        serializer,
        await loseOpportunity(ctx, id, { reason, expectedVersion: readIfMatch(headers) }),
      );
    },
  });
}

function reopenRoute(names: RecordNames): RestRoute<RequestContext> {
  return defineRestRoute({
    ...describeAction(names, 'reopen'),
    summary: 'Reopen an opportunity that was won or lost',
    description: 'With the typical probability of its new status, and without closing date and reasons.',
    body: ReopenOpportunityBody,
    example: { status: 'NEGOTIATION' },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION', 'QUOTA_EXCEEDED'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body: { status, reason }, headers }) => {
      const options = { status, reason, expectedVersion: readIfMatch(headers) };
      return changedAnswer(serializer, await reopenOpportunity(ctx, id, options));
    },
  });
}

export function lifecycleRoutes(names: RecordNames): readonly RestRoute<RequestContext>[] {
  return [winRoute(names), loseRoute(names), reopenRoute(names)];
}
