/** Whose password is checked next. Tries wait here, in this process, while others are being checked. */
import { AppError, type Sentence } from '../platform/errors/errors.js';

/** How many may be checked and may wait. Every figure about that stands here. */
export interface SignInLimits {
  /** Checked at once. */
  readonly running: number;
  /** Waiting in all, from one address (an office), and of one person at one address. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
  readonly waitingPerOrigin: number;
  /** How long a try may wait; milliseconds. */
  readonly waitMs: number;
  /** A try that could not be counted tries again this much later, or when another of its bucket has ended; milliseconds. */
  readonly recountMs: number;
}

export const SIGN_IN_LIMITS: SignInLimits = {
  running: 4,
  waiting: 100,
  waitingPerAddress: 30,
  waitingPerOrigin: 2,
  waitMs: 5500,
  recountMs: 100,
};

/** One try. */
export interface Entrant {
  readonly address: string;
  /** One person at one address. */
  readonly origin: string;
  /** Whether somebody has signed in from here as this person. */
  readonly isKnown: boolean;
  /** The counters that it needs a place in. */
  readonly buckets: readonly string[];
  /** When it must have been let in, as `performance.now()` tells the time. */
  readonly giveUpAt: number;
  /** Calls the listener when the client has gone. @returns what ends that */
  readonly onLeave?: ((listener: () => void) => () => void) | undefined;
}

/** What the work of an entrant returns when tries in flight may use up this counter: it is to wait for one of them to end. */
export class BusyBucket {
  constructor(readonly bucket: string) {}
}

interface Waiter {
  readonly entrant: Entrant;
  /** Older ones come first. Kept by a try that has to wait again. */
  readonly arrival: number;
  readonly letIn: () => void;
  readonly turnAway: () => void;
}

interface Address {
  running: number;
  lastTurn: number;
}

/** After so many known ones in a row somebody unknown gets a turn. */
const KNOWN_IN_ROW = 3;
const NEW_ADDRESS: Readonly<Address> = { running: 0, lastTurn: 0 };
const RETRY_AFTER_SECONDS = 2;
const BUSY: Sentence = {
  fr: 'Trop de connexions en même temps : réessayez dans un instant.',
  en: 'Too many sign-ins at once: try again in a moment.',
};

/**
 * Known ones come first; among equals, addresses take turns: the next is of the address of which the fewest are being checked, then
 * of the one whose last turn is longest ago. One per process: the limits of several processes add up.
 */
export class SignInQueue {
  private readonly waiting = new Set<Waiter>();
  private readonly addresses = new Map<string, Address>();
  private readonly busyBuckets = new Map<string, NodeJS.Timeout>();
  private running = 0;
  private arrivals = 0;
  private turns = 0;
  private knownInRow = 0;

  constructor(readonly limits: SignInLimits = SIGN_IN_LIMITS) {}

  /**
   * Does the work when it is this try's turn; again, when it found a counter busy.
   * @throws AppError UNAVAILABLE: too many wait, the wait took too long, or the client has gone
   */
  async run<T>(entrant: Entrant, work: () => Promise<T | BusyBucket>): Promise<T> {
    this.makeRoom(entrant);
    const arrival = (this.arrivals += 1);
    for (;;) {
      await this.wait(entrant, arrival);
      let busy: BusyBucket | undefined;
      try {
        const result = await work();
        if (!(result instanceof BusyBucket)) return result;
        busy = result;
      } finally {
        this.leave(entrant, busy);
      }
    }
  }

  /**
   * A look before anything is asked of the database, so before it is known who is known: a place that a stranger holds may be for
   * them. @throws AppError UNAVAILABLE
   */
  requireRoom({ address, origin }: Pick<Entrant, 'address' | 'origin'>): void {
    if (this.isAddressFull(address) && !this.newestStranger(address)) throw unavailable();
    if (this.count((one) => one.origin === origin) >= this.limits.waitingPerOrigin) throw unavailable();
  }

  /** A known one takes the place of an unknown one, of the same address when that is full: strangers cannot lock them out. */
  private makeRoom(entrant: Entrant): void {
    this.requireRoom(entrant);
    const isAddressFull = this.isAddressFull(entrant.address);
    if (!isAddressFull && this.waiting.size < this.limits.waiting) return;
    const displaced = entrant.isKnown ? this.newestStranger(isAddressFull ? entrant.address : undefined) : undefined;
    if (!displaced) throw unavailable();
    displaced.turnAway();
  }

  private isAddressFull(name: string): boolean {
    return this.count(({ address }) => address === name) >= this.limits.waitingPerAddress;
  }

  private wait(entrant: Entrant, arrival: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const watches: (() => void)[] = [];
      const stopWaiting = (): void => {
        this.waiting.delete(waiter);
        for (const stop of watches) stop();
      };
      const letIn = (): void => {
        stopWaiting();
        resolve();
      };
      const turnAway = (): void => {
        stopWaiting();
        this.forgetIfIdle(entrant.address);
        reject(unavailable());
      };
      const waiter: Waiter = { entrant, arrival, letIn, turnAway };
      this.waiting.add(waiter);
      const timer = setTimeout(turnAway, Math.max(0, entrant.giveUpAt - performance.now()));
      watches.push(() => {
        clearTimeout(timer);
      });
      // Of a client that has gone already it is called at once.
      const stopWatching = entrant.onLeave?.(turnAway);
      if (stopWatching) watches.push(stopWatching);
      this.letNextIn();
    });
  }

  private letNextIn(): void {
    while (this.running < this.limits.running) {
      const next = this.choose();
      if (!next) return;
      const { address: name, isKnown } = next.entrant;
      const address = this.addresses.get(name) ?? { ...NEW_ADDRESS };
      this.addresses.set(name, address);
      address.running += 1;
      address.lastTurn = this.turns += 1;
      this.running += 1;
      this.knownInRow = isKnown ? this.knownInRow + 1 : 0;
      next.letIn();
    }
  }

  private choose(): Waiter | undefined {
    const ready = [...this.waiting].filter(({ entrant }) => !entrant.buckets.some((key) => this.busyBuckets.has(key)));
    const [known, unknown] = [true, false].map((isKnown) => ready.filter(({ entrant }) => entrant.isKnown === isKnown));
    const isTurnOfUnknown = this.knownInRow >= KNOWN_IN_ROW && unknown?.length !== 0;
    const candidates = isTurnOfUnknown || known?.length === 0 ? unknown : known;
    return candidates?.sort((a, b) => this.compare(a, b))[0];
  }

  private compare(a: Waiter, b: Waiter): number {
    const [first, second] = [this.addressOf(a), this.addressOf(b)];
    return first.running - second.running || first.lastTurn - second.lastTurn || a.arrival - b.arrival;
  }

  private addressOf({ entrant }: Waiter): Readonly<Address> {
    return this.addresses.get(entrant.address) ?? NEW_ADDRESS;
  }

  /** What has ended makes room in its buckets; a busy one is left alone until then, or for a while: another process may use it. */
  private leave({ address: name, buckets }: Entrant, busy: BusyBucket | undefined): void {
    this.running -= 1;
    const address = this.addresses.get(name);
    if (address) address.running -= 1;
    if (busy) this.markBusy(busy.bucket);
    else for (const bucket of buckets) this.unmarkBusy(bucket);
    this.forgetIfIdle(name);
    this.letNextIn();
  }

  private markBusy(bucket: string): void {
    if (this.busyBuckets.has(bucket)) return;
    const timer = setTimeout(() => {
      this.busyBuckets.delete(bucket);
      this.letNextIn();
    }, this.limits.recountMs);
    this.busyBuckets.set(bucket, timer.unref());
  }

  private unmarkBusy(bucket: string): void {
    clearTimeout(this.busyBuckets.get(bucket));
    this.busyBuckets.delete(bucket);
  }

  /** The last to have come: of this address, else of the one from which most wait. */
  private newestStranger(address?: string): Waiter | undefined {
    const strangers = [...this.waiting].filter(
      ({ entrant }) => !entrant.isKnown && (address === undefined || entrant.address === address),
    );
    const sizes = new Map<string, number>();
    for (const { entrant } of strangers) sizes.set(entrant.address, (sizes.get(entrant.address) ?? 0) + 1);
    const sizeOf = ({ entrant }: Waiter): number => sizes.get(entrant.address) ?? 0;
    return strangers.sort((a, b) => sizeOf(b) - sizeOf(a) || b.arrival - a.arrival)[0];
  }

  private count(matches: (entrant: Entrant) => boolean): number {
    let count = 0;
    for (const { entrant } of this.waiting) if (matches(entrant)) count += 1;
    return count;
  }

  private forgetIfIdle(name: string): void {
    if (this.addresses.get(name)?.running === 0 && this.count(({ address }) => address === name) === 0) {
      this.addresses.delete(name);
    }
  }
}

function unavailable(): AppError {
  return new AppError('UNAVAILABLE', BUSY, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
