/** What a request has read, until a mutation of its document changes something. */
import { OwnSlot } from '../../platform/values/own-values.js';
import type { RequestContext } from '../identity/request-context.js';

/** @returns a reader of the request's own `T`, which is made at the first use and forgotten by `forgetRead` */
export function requestCache<T extends object>(make: (ctx: RequestContext) => T): (ctx: RequestContext) => T {
  const slot = new OwnSlot<T>();
  return (ctx) => {
    const { read } = ctx.cache;
    return slot.get(read) ?? slot.set(read, make(ctx));
  };
}

/** Forgets all that the request has read so far. */
export function forgetRead({ cache }: Pick<RequestContext, 'cache'>): void {
  cache.read = [];
}
