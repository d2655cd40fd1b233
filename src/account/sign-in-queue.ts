/** The queue of sign-ins in this process: which attempt has its password checked next. */
import { AppError, type Sentence } from '../platform/errors/errors.js';

/** How many attempts may run and wait. All such limits are here. */
export interface SignInLimits {
  /** Checked at once. */
  readonly running: number;
  /** Waiting in total, from one address (an office), and of one user at one address. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
  readonly waitingPerOrigin: number;
  /** How long an attempt may wait; milliseconds. */
  readonly waitMs: number;
  /** An attempt whose key is busy tries again after this time, or when another attempt under the key ends; milliseconds. */
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

/** One attempt. */
export interface Entrant {
  readonly address: string;
  /** One user at one address. */
  readonly origin: string;
  /** Whether this user has signed in from this address before. */
  readonly isKnown: boolean;
  /** The rate-limit keys that it must reserve. */
  readonly limitKeys: readonly string[];
  /** The latest time for its turn, by `performance.now()`. */
  readonly giveUpAt: number;
  /** Calls the listener when the client disconnects. @returns a function that ends that */
  readonly onLeave?: ((listener: () => void) => () => void) | undefined;
}

/** What an entrant's work returns if attempts in progress may exhaust this key: the entrant waits until one of them ends. */
export class BusyKey {
  constructor(readonly limitKey: string) {}
}

interface Waiter {
  readonly entrant: Entrant;
  /** Lower numbers come first. An attempt that waits again keeps its number. */
  readonly arrival: number;
  readonly letIn: () => void;
  readonly turnAway: () => void;
}

interface Address {
  running: number;
  lastTurn: number;
}

/** After this many known users in a row, an unknown one gets a turn. */
const KNOWN_IN_ROW = 3;
const NEW_ADDRESS: Readonly<Address> = { running: 0, lastTurn: 0 };
const RETRY_AFTER_SECONDS = 2;
const BUSY: Sentence = {
  fr: 'Trop de connexions en même temps : réessayez dans un instant.',
  en: 'Too many sign-ins at once: try again in a moment.',
};

/**
 * Known users come first. Otherwise addresses take turns: next is the address with the fewest running attempts, then the one whose last
 * turn is longest ago. One per process; the limits of several processes add up.
 */
export class SignInQueue {
  private readonly waiting = new Set<Waiter>();
  private readonly addresses = new Map<string, Address>();
  private readonly busyKeys = new Map<string, NodeJS.Timeout>();
  private running = 0;
  private arrivals = 0;
  private turns = 0;
  private knownInRow = 0;

  constructor(readonly limits: SignInLimits = SIGN_IN_LIMITS) {}

  /**
   * Runs the work when its turn comes, and again if it returned a busy key.
   * @throws AppError UNAVAILABLE: too many wait, the wait took too long, or the client has disconnected
   */
  async run<T>(entrant: Entrant, work: () => Promise<T | BusyKey>): Promise<T> {
    this.makeRoom(entrant);
    const arrival = (this.arrivals += 1);
    for (;;) {
      await this.wait(entrant, arrival);
      let busy: BusyKey | undefined;
      try {
        const result = await work();
        if (!(result instanceof BusyKey)) return result;
        busy = result;
      } finally {
        this.leave(entrant, busy);
      }
    }
  }

  /**
   * A check before the first query, when it is not yet known whether the user is known. A waiting stranger may have to leave for a
   * known user, so a full address with a stranger passes. @throws AppError UNAVAILABLE
   */
  requireRoom({ address, origin }: Pick<Entrant, 'address' | 'origin'>): void {
    if (this.isAddressFull(address) && !this.newestStranger(address)) throw unavailable();
    if (this.count((one) => one.origin === origin) >= this.limits.waitingPerOrigin) throw unavailable();
  }

  /** A known user displaces an unknown one, of the same address if that is full, so that strangers cannot lock users out. */
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
      // Called at once if the client has already disconnected.
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
    const ready = [...this.waiting].filter(({ entrant }) => !entrant.limitKeys.some((key) => this.busyKeys.has(key)));
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

  /** The end of an attempt frees its keys. A busy key is skipped until then, or for `recountMs`, since another process may use it. */
  private leave({ address: name, limitKeys }: Entrant, busy: BusyKey | undefined): void {
    this.running -= 1;
    const address = this.addresses.get(name);
    if (address) address.running -= 1;
    if (busy) this.markBusy(busy.limitKey);
    else for (const limitKey of limitKeys) this.unmarkBusy(limitKey);
    this.forgetIfIdle(name);
    this.letNextIn();
  }

  private markBusy(limitKey: string): void {
    if (this.busyKeys.has(limitKey)) return;
    const timer = setTimeout(() => {
      this.busyKeys.delete(limitKey);
      this.letNextIn();
    }, this.limits.recountMs);
    this.busyKeys.set(limitKey, timer.unref());
  }

  private unmarkBusy(limitKey: string): void {
    clearTimeout(this.busyKeys.get(limitKey));
    this.busyKeys.delete(limitKey);
  }

  /** The latest unknown user to arrive: of this address, or else of the address with the most waiting. */
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
