/** Transitions of opportunities: one statement per request and tick, however many opportunities ask. */
import DataLoader from 'dataloader';
import { cacheOf, type RequestContext } from '../../access/request-context.js';
import { readTransitions, type TransitionRow } from './opportunity-transition.query.js';

const loaders = new WeakMap<object, DataLoader<string, readonly TransitionRow[]>>();

/** @returns the transitions of an opportunity of the caller's tenant, the oldest first */
export function loadTransitions(ctx: RequestContext, opportunityId: string): Promise<readonly TransitionRow[]> {
  const cache = cacheOf(ctx);
  let loader = loaders.get(cache);
  if (!loader) loaders.set(cache, (loader = new DataLoader((ids) => readTransitions(ctx, ids))));
  return loader.load(opportunityId);
}
