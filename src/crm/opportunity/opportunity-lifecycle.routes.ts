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

/** What the three routes share. */
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

/** Older clients send the reason in the query. If it is in the body too, both must be equal. */
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
      'Sets the probability to 100 and the closing date to today. The customer, if a prospect or lead, becomes a customer. A won opportunity stays as it is. A lost one must be reopened first.',
    body: WinOpportunityBody,
    example: { reason: 'Meilleure offre technique' },
    query: WinOpportunityQuery,
    aliases: { win_reason: 'reason' },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body, query, headers }) => {
      const options = {
        reason: oneReason(body.reason, query.winReason, 'winReason'),
        expectedVersion: readIfMatch(headers),
      };
      return changedAnswer(serializer, await winOpportunity(ctx, id, options));
    },
  });
}

function loseRoute(names: RecordNames): RestRoute<RequestContext> {
  return defineRestRoute({
    ...describeAction(names, 'lose'),
    summary: 'Lose an opportunity',
    description:
      'Sets the probability to 0 and the closing date to today. A lost opportunity stays as it is. A won one must be reopened first.',
    body: LoseOpportunityBody,
    example: { reason: 'Budget insuffisant' },
    query: LoseOpportunityQuery,
    aliases: { loss_reason: 'reason' },
    errors: ['FORBIDDEN', 'NOT_FOUND', 'ILLEGAL_TRANSITION'],
    handle: async (ctx: RequestContext, { params: { id = '' }, body, query, headers }) => {
      const options = {
        reason: oneReason(body.reason, query.lossReason, 'lossReason'),
        expectedVersion: readIfMatch(headers),
      };
      return changedAnswer(serializer, await loseOpportunity(ctx, id, options));
    },
  });
}

function reopenRoute(names: RecordNames): RestRoute<RequestContext> {
  return defineRestRoute({
    ...describeAction(names, 'reopen'),
    summary: 'Reopen an opportunity that was won or lost',
    description: 'Sets the default probability of the new status, and clears the closing date and the reasons.',
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
