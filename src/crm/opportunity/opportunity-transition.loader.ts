/** Transitions of opportunities: one statement per request and tick, however many opportunities ask. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../access/request-context.js';
import { readTransitions, type TransitionRow } from './opportunity-transition.query.js';

const loaders = new WeakMap<RequestContext, DataLoader<string, readonly TransitionRow[]>>();

/** @returns the transitions of an opportunity of the caller's tenant, the oldest first */
export function loadTransitions(ctx: RequestContext, opportunityId: string): Promise<readonly TransitionRow[]> {
  let loader = loaders.get(ctx);
  if (!loader) loaders.set(ctx, (loader = new DataLoader((ids) => readTransitions(ctx, ids))));
  return loader.load(opportunityId);
}
