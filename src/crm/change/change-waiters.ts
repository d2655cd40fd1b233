/**
 * Clients that wait for changes. One statement in half a second asks for all of them, so a client that waits costs no statement of its
 * own and no connection. It ends by a change of its types, by its time, with its client, or with the service.
 */
import type { RecordType } from '../../access/rights/record-types.js';
import type { NewSeal } from './change-waiters.query.js';

/** The longest time that a client may ask for; seconds. */
export const MAX_WAIT_SECONDS = 25;

interface WaitLimits {
  readonly perProcess: number;
  readonly perCaller: number;
  readonly everyMs: number;
}

const LIMITS: WaitLimits = { perProcess: 200, perCaller: 5, everyMs: 500 };

/** Who waits, and what for. */
interface WaitRequest {
  readonly tenantId: string;
  /** A user of the tenant. */
  readonly caller: string;
  /** The seal that the client has read to. */
  readonly seq: number;
  /** null: all. */
  readonly recordTypes: readonly RecordType[] | null;
  readonly limitMs: number;
  /** Calls the listener when the client disconnects. */
  readonly onLeave?: ((listener: () => void) => () => void) | undefined;
}

/** Why waiting ended. */
type WaitEnd = 'change' | 'time' | 'client left' | 'service ends';

interface Waiter extends Pick<WaitRequest, 'tenantId' | 'caller' | 'recordTypes'> {
  /** The last seal that was looked at for it. */
  seq: number;
  readonly end: (why: WaitEnd) => void;
}

/** What the feed needs of it. */
export type ChangeWaiting = Pick<ChangeWaiters, 'wait'>;

/** One per process. */
export class ChangeWaiters {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;

  /** @param findSeals the seals after a number, by tenant */
  constructor(
    private readonly findSeals: (seqs: ReadonlyMap<string, number>) => Promise<readonly NewSeal[]>,
    private readonly limits: WaitLimits = LIMITS,
  ) {}

  get count(): number {
    return this.waiters.size;
  }

  /** @returns undefined where nobody may wait any more: too many do already, or the service ends */
  wait({ limitMs, onLeave, ...place }: WaitRequest): Promise<WaitEnd> | undefined {
    if (this.isOver || !this.hasRoom(place)) return undefined;
    return new Promise((resolve) => {
      // The listener may be called at once.
      const watch: { stop?: (() => void) | undefined } = {};
      const end = (why: WaitEnd): void => {
        if (!this.waiters.delete(waiter)) return;
        clearTimeout(timer);
        watch.stop?.();
        resolve(why);
      };
      const timer = setTimeout(end, limitMs, 'time').unref();
      const waiter: Waiter = { ...place, end };
      this.waiters.add(waiter);
      watch.stop = onLeave?.(() => {
        end('client left');
      });
      this.askLater();
    });
  }

  /** Ends all waiting, and lets nobody wait from now on. */
  stop(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    for (const { end } of this.waiters) end('service ends');
  }

  private hasRoom({ tenantId, caller }: Pick<WaitRequest, 'tenantId' | 'caller'>): boolean {
    const own = [...this.waiters].filter((one) => one.tenantId === tenantId);
    if (own.filter((one) => one.caller === caller).length >= this.limits.perCaller) return false;
    return this.waiters.size < this.limits.perProcess || this.takePlace(own.length);
  }

  /**
   * Ends a waiter of the tenant with the most, so that no tenant keeps the others from waiting.
   * @param own places of the tenant that wants one @returns false where that would give it more than any other has left
   */
  private takePlace(own: number): boolean {
    const byTenant = Map.groupBy(this.waiters, ({ tenantId }) => tenantId);
    const [most = []] = [...byTenant.values()].sort((a, b) => b.length - a.length);
    const [oldest] = most;
    if (!oldest || most.length <= own + 1) return false;
    oldest.end('time');
    return true;
  }

  private askLater(): void {
    if (this.timer !== undefined || this.isOver || this.waiters.size === 0) return;
    this.timer = setTimeout(() => void this.ask(), this.limits.everyMs).unref();
  }

  private async ask(): Promise<void> {
    try {
      if (this.waiters.size > 0) for (const seal of await this.findSeals(this.earliestSeqs())) this.tell(seal);
    } catch {
      // The next round asks again. If the database stays away, the reads at the end of waiting say so, to the client and to the log.
    }
    this.timer = undefined;
    this.askLater();
  }

  private earliestSeqs(): ReadonlyMap<string, number> {
    const seqs = new Map<string, number>();
    for (const { tenantId, seq } of this.waiters) seqs.set(tenantId, Math.min(seq, seqs.get(tenantId) ?? seq));
    return seqs;
  }

  private tell({ tenantId, seq, recordTypes }: NewSeal): void {
    for (const waiter of this.waiters) {
      if (waiter.tenantId !== tenantId || waiter.seq >= seq) continue;
      if (concerns(recordTypes, waiter.recordTypes)) waiter.end('change');
      else waiter.seq = seq;
    }
  }
}

/** @param sealed null: not known @param wanted null: all */
function concerns(sealed: readonly RecordType[] | null, wanted: readonly RecordType[] | null): boolean {
  if (sealed === null) return true;
  return wanted === null ? sealed.length > 0 : sealed.some((recordType) => wanted.includes(recordType));
}
