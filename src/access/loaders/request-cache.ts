/** What a request has read, for as long as it may be believed: until a mutation of the document has changed something. */
import type { RequestContext } from '../identity/request-context.js';

/** One object per request, or per mutation of its document; whatever hangs on it goes with it. */
const lifetimes = new WeakMap<RequestContext, object>();

/** @returns a reader of the request's own `T`, made when it is first asked for and forgotten with all that was read */
export function requestCache<T>(make: (ctx: RequestContext) => T): (ctx: RequestContext) => T {
  const caches = new WeakMap<object, T>();
  return (ctx) => {
    let lifetime = lifetimes.get(ctx);
    if (!lifetime) lifetimes.set(ctx, (lifetime = {}));
    let cache = caches.get(lifetime);
    if (cache === undefined) caches.set(lifetime, (cache = make(ctx)));
    return cache;
  };
}

/** Forgets all that the request has read so far. */
export function forgetRead(ctx: RequestContext): void {
  lifetimes.delete(ctx);
}
