/**
 * Checks of audit chains on behalf of callers. The cost of walking a whole chain grows with its length. So all callers share a running
 * walk, and the next whole walk starts only after a pause of ten times the walk's duration. During the pause a request continues the
 * last walk from its end. The checked part is not checked again, unless PostgreSQL counts a change of its rows.
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
  /** A walk that took less needs no pause. */
  readonly quickMs: number;
  /** The pause after a walk, as a multiple of the walk's duration. */
  readonly restTimes: number;
  /** A caller gets the result so far after this time; the walk continues. */
  readonly answerWithinMs: number;
  /** How many new events one request checks at most. */
  readonly eventsPerRequest: number;
}

const PACE: CheckPace = { quickMs: 500, restTimes: 10, answerWithinMs: 5000, eventsPerRequest: 10_000 };
/** Together the walks remember as many ids as a few tenants without a sealer have: some ten megabytes. */
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
   * @throws AppError RATE_LIMITED during the pause after a whole walk
   */
  async check(reader: TenantReader, isWhole: boolean): Promise<ChainCheck> {
    const { tenantId } = reader;
    const ofTenant = this.tenants.get(tenantId) ?? new TenantChecks(this.pace);
    this.tenants.set(tenantId, ofTenant);
    try {
      return await ofTenant.check(reader, isWhole);
    } finally {
      // The cache computes the size again only for a new entry.
      if (this.tenants.peek(tenantId) === ofTenant) this.tenants.delete(tenantId);
      this.tenants.set(tenantId, ofTenant);
    }
  }
}

/** A finished walk. */
interface WholeWalk {
  readonly walk: ChainWalk;
  readonly check: ChainCheck;
  readonly restsUntil: number;
  /** `readTouches` at its start. */
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
    // Callers get the failure from `ended`; without a caller it must not end the process.
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

  /** Checks what was added since the walk, up to `eventsPerRequest`. Concurrent callers share the work. */
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
      // It stopped within a page, so it is unknown which part was checked.
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

/** @returns undefined if the work takes longer */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const answered = new AbortController();
  const late = sleep(ms, undefined, { signal: answered.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    answered.abort();
  }
}
