/** One walk along a tenant's audit trail, a page at a time. It can be taken up again where it ended. */
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import {
  findEventIds,
  findEvents,
  findFirstSeals,
  findQueuedWithoutEvent,
  findSeals,
  findWaiting,
  type StoredEvent,
  type StoredSeal,
  type WaitingEvent,
} from './audit-trail.query.js';
import { isMisdated, isSealMisdated } from './chain-dates.js';
import { digestEvent, digestValues, hashSeal, NO_HASH } from './chain-digest.js';
import { problemAt, type ProblemKind, type ChainProblem } from './chain-problem.js';

/** The last seal. Kept outside of the database, it shows later whether the end was cut or everything rewritten. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

const MAX_PROBLEMS = 1000;
/** Bounds the memory when sealing has been off for long, or ids were forged: what is not remembered is looked up. */
const MAX_REMEMBERED = 20_000;
/** Some milliseconds of digests between two answers of the database: requests are served meanwhile. */
const EVENTS_PER_READ = 200;
/** Read further than the sealed events reach, since seals do not follow the order of ids exactly. */
const IDS_AHEAD = 100;
const IDS_PER_READ = 2000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

interface SealedEvent {
  readonly id: string;
  readonly index: number;
  readonly seal: StoredSeal;
}

export class ChainWalk {
  seals = 0;
  events = 0;
  head: ChainHead | undefined;
  private readonly found: ChainProblem[] = [];
  /** Places in seals that were looked at, whether their event is there or not. */
  private checked = 0;
  /** Those of the events without a seal: found anew at each end. */
  private atEnd: readonly ChainProblem[] = [];
  /** Every event with an id up to this one was passed. */
  private lastId = FIRST_ID;
  /** Passed, and in no seal so far. A seal further on may have it: it is the later commit. */
  private readonly unsealed = new Set<string>();
  /** In a seal, and not passed yet. */
  private readonly ahead = new Set<string>();

  constructor(private readonly reader: TenantReader) {}

  /** How many ids it holds. */
  get size(): number {
    return this.unsealed.size + this.ahead.size + this.found.length;
  }

  get problems(): readonly ChainProblem[] {
    return [...this.found, ...this.atEnd].slice(0, MAX_PROBLEMS);
  }

  /**
   * Goes on to the end of the trail, and looks at what is in no seal there.
   * @param maxEvents stops after the page with which so many sealed events were checked
   * @returns whether it came to the end
   */
  async goOn(maxEvents = Infinity): Promise<boolean> {
    if (!(await this.walkSeals(this.checked + maxEvents))) return false;
    while ((await this.passEvents(IDS_PER_READ)) > 0);
    this.atEnd = [...(await this.checkUnsealed()), ...(await this.checkQueue())];
    return true;
  }

  private add(kind: ProblemKind, place: Pick<ChainProblem, 'seq' | 'eventId'>): void {
    if (this.found.length < MAX_PROBLEMS) this.found.push(problemAt(kind, place));
  }

  /** @returns whether it came to the last seal */
  private async walkSeals(untilChecked = Infinity): Promise<boolean> {
    for (;;) {
      const page = await findSeals(this.reader, this.head?.seq ?? 0);
      if (page.length === 0) return true;
      if (this.checked >= untilChecked) return false;
      await this.checkPage(page);
    }
  }

  private async checkPage(page: readonly StoredSeal[]): Promise<void> {
    for (const seal of page) this.checkChain(seal);
    const sealed = page.flatMap((seal) => seal.event_ids.map((id, index) => ({ id, index, seal })));
    await this.checkRepeated(sealed);
    await this.checkEvents(sealed);
    this.checked += sealed.length;
    await this.passEvents(Math.min(this.ahead.size + IDS_AHEAD, IDS_PER_READ));
  }

  private checkChain(seal: StoredSeal): void {
    const { seq, hash } = seal;
    const previous = this.head ?? { seq: 0, hash: NO_HASH };
    for (let missing = previous.seq + 1; missing < Math.min(seq, previous.seq + MAX_PROBLEMS); missing += 1) {
      this.add('seal_removed', { seq: missing });
    }
    if (seq === previous.seq + 1 && seal.previous_hash !== previous.hash) this.add('seal_out_of_chain', { seq });
    if (hashSeal(seal) !== hash) this.add('seal_edited', { seq });
    if (isSealMisdated(seal)) this.add('seal_misdated', { seq });
    this.head = { seq, hash };
    this.seals += 1;
  }

  /** An id is sealed for the first time when it waited, or is ahead. Of any other the seals before must tell. */
  private async checkRepeated(sealed: readonly SealedEvent[]): Promise<void> {
    const unknown = sealed.filter((entry) => !this.takesTurn(entry));
    const last = unknown.at(-1);
    if (!last || this.found.length >= MAX_PROBLEMS) return;
    const ids = [...new Set(unknown.map(({ id }) => id))];
    const firstSeals = new Map(await findFirstSeals(this.reader, ids, last.seal.seq));
    for (const { id, seal } of unknown) {
      if (firstSeals.get(id) !== seal.seq) this.add('event_repeated', { seq: seal.seq, eventId: id });
      // A second time in this seal is one too many.
      firstSeals.delete(id);
    }
  }

  /** @returns false when only the seals before know whether it is sealed for the first time */
  private takesTurn({ id, seal }: SealedEvent): boolean {
    if (this.unsealed.delete(id)) return true;
    if (this.ahead.has(id)) this.add('event_repeated', { seq: seal.seq, eventId: id });
    else if (id <= this.lastId || this.ahead.size >= MAX_REMEMBERED) return false;
    else this.ahead.add(id);
    return true;
  }

  private async checkEvents(sealed: readonly SealedEvent[]): Promise<void> {
    for (let start = 0; start < sealed.length; start += EVENTS_PER_READ) {
      const part = sealed.slice(start, start + EVENTS_PER_READ);
      const ids = part.map(({ id }) => id);
      const found = new Map((await findEvents(this.reader, ids)).map((event) => [event.id, event]));
      for (const { id, index, seal } of part) {
        for (const kind of problemsOfSealed(found.get(id), seal, index)) this.add(kind, { seq: seal.seq, eventId: id });
      }
      this.events += found.size;
    }
  }

  /** Passes the next events in the order of ids, and keeps those that are in no seal so far. @returns how many it passed */
  private async passEvents(limit: number): Promise<number> {
    const ids = await findEventIds(this.reader, this.lastId, limit);
    for (const id of ids) {
      if (!this.ahead.delete(id) && this.unsealed.size < MAX_REMEMBERED) this.unsealed.add(id);
    }
    this.lastId = ids.at(-1) ?? this.lastId;
    // What was sealed and is gone is not passed.
    for (const id of this.ahead) if (id <= this.lastId) this.ahead.delete(id);
    return ids.length;
  }

  /** Whoever is neither queued nor sealed was added past the service; whoever is queued for long, no sealer came for. */
  private async checkUnsealed(): Promise<ChainProblem[]> {
    const waiting: WaitingEvent[] = [];
    for (const ids of chunksOf([...this.unsealed], IDS_PER_READ))
      waiting.push(...(await findWaiting(this.reader, ids)));
    // What was sealed while we looked is in a seal now.
    await this.walkSeals();
    const left = waiting.filter(({ id, isQueued, isOverdue }) => this.unsealed.has(id) && (!isQueued || isOverdue));
    const ids = left
      .map(({ id }) => id)
      .sort()
      .slice(0, MAX_PROBLEMS);
    const problems = ids.map((eventId) => problemAt('event_unsealed', { eventId }));
    for (const part of chunksOf(ids, EVENTS_PER_READ)) {
      for (const event of await findEvents(this.reader, part)) {
        if (!isIntact(event)) problems.push(problemAt('event_edited', { eventId: event.id }));
        if (isMisdated(event)) problems.push(problemAt('event_misdated', { eventId: event.id }));
      }
    }
    return problems;
  }

  private async checkQueue(): Promise<ChainProblem[]> {
    const gone = await findQueuedWithoutEvent(this.reader);
    return gone.map((eventId) => problemAt('event_removed', { eventId }));
  }
}

function* chunksOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

function problemsOfSealed(event: StoredEvent | undefined, seal: StoredSeal, index: number): ProblemKind[] {
  if (!event) return ['event_removed'];
  const dating: ProblemKind[] = isMisdated(event, seal) ? ['event_misdated'] : [];
  if (!isIntact(event)) return ['event_edited', ...dating];
  if (seal.event_digests[index] === event.digest) return dating;
  // Its own digest elsewhere in the seal: the event is whole, its place is not.
  return [seal.event_digests.includes(event.digest) ? 'event_reordered' : 'event_edited', ...dating];
}

/** Erased values leave their digest behind; values without a salt are not erased ones. */
function isIntact(event: StoredEvent): boolean {
  if (digestEvent(event, event.values_digest) !== event.digest) return false;
  if (event.salt !== null) return digestValues(Buffer.from(event.salt, 'hex'), event) === event.values_digest;
  const { user_email, ip_address, description, old_value, new_value } = event;
  return [user_email, ip_address, description, old_value, new_value].every((value) => value === null);
}
