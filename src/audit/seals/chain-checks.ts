/**
 * The checks of trails that a process makes for its callers. A walk of the whole chain costs as much as the trail is long, so it is
 * shared by all who ask while it runs, and rests afterwards ten times as long as it took. In between, a request continues the walk
 * that the process has made itself from where that ended: what was proved is not proved again, unless the server counts a change.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { readTouches } from './audit-trail.query.js';
import { ChainWalk } from './chain-walk.js';
import { compareHead, reportOf, type ChainReport } from './verify.js';

export interface ChainCheck extends ChainReport {
  /** Whether the chain was followed to its last seal. */
  readonly isComplete: boolean;
  /** When the last walk of the whole chain ended; undefined before the first. */
  readonly walkedAt: string | undefined;
}

interface CheckPace {
  /** A walk that took less does not rest. */
  readonly quickMs: number;
  /** How many times as long as it took a walk rests. */
  readonly restTimes: number;
  /** Who asked gets what is known by then; the walk goes on. */
  readonly answerWithinMs: number;
  /** How many events that came since the last walk one request checks. */
  readonly eventsPerRequest: number;
}

const PACE: CheckPace = { quickMs: 500, restTimes: 10, answerWithinMs: 5000, eventsPerRequest: 10_000 };
/** Together they remember as many ids as a few tenants without a sealer have: some ten megabytes. */
const MAX_TENANTS = 100;
const MAX_IDS = 100_000;

const JUST_WALKED: Sentence = {
  fr: 'La vérification complète du journal vient de se terminer : réessayez plus tard.',
  en: 'A check of the whole trail has just ended: try again later.',
};

/** One per process. */
export class ChainChecks {
  private readonly tenants = new LRUCache<string, TenantChecks>({
    max: MAX_TENANTS,
    maxSize: MAX_IDS,
    sizeCalculation: ({ size }) => 1 + Math.min(size, MAX_IDS - 1),
  });

  constructor(private readonly pace: CheckPace = PACE) {}

  /**
   * @param isWhole waits for a walk from the first seal to the last
   * @throws AppError RATE_LIMITED when such a walk rests
   */
  async check(reader: TenantReader, isWhole: boolean): Promise<ChainCheck> {
    const { tenantId } = reader;
    const ofTenant = this.tenants.get(tenantId) ?? new TenantChecks(this.pace);
    this.tenants.set(tenantId, ofTenant);
    try {
      return await ofTenant.check(reader, isWhole);
    } finally {
      // Weighed anew, which setting the same value alone would not do.
      if (this.tenants.peek(tenantId) === ofTenant) this.tenants.delete(tenantId);
      this.tenants.set(tenantId, ofTenant);
    }
  }
}

/** A walk that came to the end. */
interface WholeWalk {
  readonly walk: ChainWalk;
  readonly check: ChainCheck;
  readonly restsUntil: number;
  /** What the server had counted when it began. */
  readonly touches: string;
}

interface RunningWalk {
  readonly walk: ChainWalk;
  readonly ended: Promise<ChainCheck>;
}

class TenantChecks {
  private whole: WholeWalk | undefined;
  private running: RunningWalk | undefined;
  private continuing: Promise<boolean> | undefined;

  constructor(private readonly pace: CheckPace) {}

  get size(): number {
    return (this.whole?.walk.size ?? 0) + (this.running?.walk.size ?? 0);
  }

  async check(reader: TenantReader, isWhole: boolean): Promise<ChainCheck> {
    const { whole } = this;
    if (whole && !(await this.mayWalkAgain(reader, whole))) {
      return isWhole ? rejectFor(whole.restsUntil - performance.now()) : this.continueWalk(reader, whole);
    }
    const running = this.running ?? this.start(reader);
    if (isWhole) return running.ended;
    return (await within(this.pace.answerWithinMs, running.ended)) ?? this.soFar(reader, running);
  }

  private async mayWalkAgain(reader: TenantReader, { restsUntil, touches }: WholeWalk): Promise<boolean> {
    if (this.running || performance.now() >= restsUntil) return true;
    return (await readTouches(reader)) !== touches;
  }

  private soFar(reader: TenantReader, { walk }: RunningWalk): ChainCheck | Promise<ChainCheck> {
    if (this.whole) return this.continueWalk(reader, this.whole);
    return { ...reportOf(walk), isComplete: false, walkedAt: undefined };
  }

  private start(reader: TenantReader): RunningWalk {
    const walk = new ChainWalk(reader);
    const ended = this.run(reader, walk).finally(() => {
      this.running = undefined;
    });
    // Whoever waits for it is told; nobody may.
    ended.catch(() => undefined);
    return (this.running = { walk, ended });
  }

  private async run(reader: TenantReader, walk: ChainWalk): Promise<ChainCheck> {
    const startedAt = performance.now();
    const touches = await readTouches(reader);
    await walk.goOn();
    const tookMs = performance.now() - startedAt;
    const restMs = tookMs < this.pace.quickMs ? 0 : tookMs * this.pace.restTimes;
    const check = { ...reportOf(walk), isComplete: true, walkedAt: new Date().toISOString() };
    this.whole = { walk, check, restsUntil: performance.now() + restMs, touches };
    return check;
  }

  /** What came since, added to what was proved: at most so much of it, and once for all who ask meanwhile. */
  private async continueWalk(reader: TenantReader, { walk, check }: WholeWalk): Promise<ChainCheck> {
    const isComplete = await (this.continuing ??= this.goOn(walk));
    const ofHead = walk.head ? await compareHead(reader, walk.head) : [];
    const report = reportOf(walk);
    return { ...report, problems: [...report.problems, ...ofHead], isComplete, walkedAt: check.walkedAt };
  }

  private async goOn(walk: ChainWalk): Promise<boolean> {
    try {
      return await walk.goOn(this.pace.eventsPerRequest);
    } catch (error) {
      // It broke off within a page: nobody knows what of it was proved.
      if (this.whole?.walk === walk) this.whole = undefined;
      throw error;
    } finally {
      this.continuing = undefined;
    }
  }
}

function rejectFor(ms: number): never {
  throw new AppError('RATE_LIMITED', JUST_WALKED, { retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) });
}

/** @returns undefined when it takes longer */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const answered = new AbortController();
  const late = sleep(ms, undefined, { signal: answered.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    answered.abort();
  }
}
