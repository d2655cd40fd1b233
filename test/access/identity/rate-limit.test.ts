import { RateLimitedError, RateLimits } from '../../../src/access/identity/rate-limit.js';
import type { Actor, RequestContext } from '../../../src/access/identity/request-context.js';

let clock = 1000;
const limitsOf = (user: number, tenant: number): RateLimits =>
  new RateLimits({
    user: { perSecond: user, burst: 10 },
    tenant: { perSecond: tenant, burst: 15 },
    now: () => clock,
  });

function contextOf(userId: string, tenantId = 'acme'): RequestContext {
  const actor: Partial<Actor> = { type: 'user', userId, tenantId };
  return { actor } as RequestContext;
}

function take(limits: RateLimits, context: RequestContext, times: number): (RateLimitedError | undefined)[] {
  return Array.from({ length: times }, () => {
    try {
      limits.take(context);
      return undefined;
    } catch (error) {
      if (error instanceof RateLimitedError) return error;
      throw error;
    }
  });
}

const passed = (results: readonly unknown[]): number => results.filter((result) => result === undefined).length;

describe('the general limits', () => {
  it('let a burst through and then the rate', () => {
    const limits = limitsOf(2, 0);
    const caller = contextOf('u1');

    expect(passed(take(limits, caller, 12))).toBe(10);
    clock += 1000;
    expect(passed(take(limits, caller, 12))).toBe(2);
    clock += 3_600_000;
    expect(passed(take(limits, caller, 12))).toBe(10);
  });

  it('hold for each user, and for the tenant together', () => {
    const limits = limitsOf(2, 1);

    expect(passed(take(limits, contextOf('u1'), 10))).toBe(10);
    expect(passed(take(limits, contextOf('u2'), 10))).toBe(5);
    expect(passed(take(limits, contextOf('u1', 'other'), 10))).toBe(10);
  });

  it('say when to come back, and mark the first error of a minute', () => {
    const limits = limitsOf(0.1, 0);
    const caller = contextOf('u1');
    take(limits, caller, 10);

    const [first, second] = take(limits, caller, 2);
    clock += 61_000;
    const later = take(limits, caller, 7).at(-1);

    expect(first).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 10, isFirst: true });
    expect(second).toMatchObject({ isFirst: false });
    expect(later).toMatchObject({ isFirst: true });
  });

  it('tell their policy and what is left', () => {
    const limits = limitsOf(2, 3);
    const caller = contextOf('u1');

    take(limits, caller, 4);

    expect(limits.headersFor(caller.actor)).toEqual({
      'ratelimit-policy': '"user";q=10;w=5, "tenant";q=15;w=5',
      ratelimit: '"user";r=6;t=2, "tenant";r=11;t=2',
    });
  });

  it('are off with a rate of 0', () => {
    const limits = limitsOf(0, 0);

    expect(passed(take(limits, contextOf('u1'), 1000))).toBe(1000);
    expect(limits.headersFor(contextOf('u1').actor)).toEqual({});
  });
});
