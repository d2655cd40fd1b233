/** One walk along a tenant's audit chain, a page at a time. It can be continued from where it ended. */
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

/** The last seal. Kept outside the database, it shows later whether the end of the chain was cut or the chain rewritten. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

const MAX_PROBLEMS = 1000;
/** Bounds the memory if sealing was off for long or ids were forged. Ids beyond this number are looked up instead. */
const MAX_REMEMBERED = 20_000;
/** The digests of so many events take a few milliseconds, so other requests are served between two reads. */
const EVENTS_PER_READ = 200;
/** How far beyond the sealed events to read, since seals do not follow the order of ids exactly. */
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
  /** Positions in seals checked so far, whether or not their event exists. */
  private checked = 0;
  /** Problems of events without a seal, computed again each time the walk reaches the end. */
  private atEnd: readonly ChainProblem[] = [];
  /** Events up to this id have been visited. */
  private lastId = FIRST_ID;
  /** Visited and in no seal so far. A later seal may hold it, if its transaction committed later. */
  private readonly unsealed = new Set<string>();
  /** In a seal and not visited yet. */
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
   * Continues to the end of the chain, then checks the events that are in no seal.
   * @param maxEvents stops after the page that completes this number of sealed events
   * @returns whether it reached the end
   */
  async goOn(maxEvents = Infinity): Promise<boolean> {
    if (!(await this.walkSeals(this.checked + maxEvents))) return false;
    while ((await this.visitEvents(IDS_PER_READ)) > 0);
    this.atEnd = [...(await this.checkUnsealed()), ...(await this.checkQueue())];
    return true;
  }

  private add(kind: ProblemKind, position: Pick<ChainProblem, 'seq' | 'eventId'>): void {
    if (this.found.length < MAX_PROBLEMS) this.found.push(problemAt(kind, position));
  }

  /** @returns whether it reached the last seal */
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
    await this.visitEvents(Math.min(this.ahead.size + IDS_AHEAD, IDS_PER_READ));
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

  /** An id is sealed for the first time if it was unsealed or not visited yet. For any other id the earlier seals decide. */
  private async checkRepeated(sealed: readonly SealedEvent[]): Promise<void> {
    const unknown = sealed.filter((entry) => !this.noteSealed(entry));
    const last = unknown.at(-1);
    if (!last || this.found.length >= MAX_PROBLEMS) return;
    const ids = [...new Set(unknown.map(({ id }) => id))];
    const firstSeals = new Map(await findFirstSeals(this.reader, ids, last.seal.seq));
    for (const { id, seal } of unknown) {
      if (firstSeals.get(id) !== seal.seq) this.add('event_repeated', { seq: seal.seq, eventId: id });
      // Another occurrence in this seal is a repetition.
      firstSeals.delete(id);
    }
  }

  /** @returns false if only the earlier seals show whether it is sealed for the first time */
  private noteSealed({ id, seal }: SealedEvent): boolean {
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

  /** Visits the next events in the order of ids and keeps those that are in no seal so far. @returns how many it visited */
  private async visitEvents(limit: number): Promise<number> {
    const ids = await findEventIds(this.reader, this.lastId, limit);
    for (const id of ids) {
      if (!this.ahead.delete(id) && this.unsealed.size < MAX_REMEMBERED) this.unsealed.add(id);
    }
    this.lastId = ids.at(-1) ?? this.lastId;
    // Sealed events that were removed are never visited.
    for (const id of this.ahead) if (id <= this.lastId) this.ahead.delete(id);
    return ids.length;
  }

  /** An event that is neither queued nor sealed was not added by the service. One that is queued for long was missed by the sealer. */
  private async checkUnsealed(): Promise<ChainProblem[]> {
    const waiting: WaitingEvent[] = [];
    for (const ids of chunksOf([...this.unsealed], IDS_PER_READ))
      waiting.push(...(await findWaiting(this.reader, ids)));
    // Some may have been sealed since the read.
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
  // The digest is elsewhere in the seal, so the event is intact and its position is not.
  return [seal.event_digests.includes(event.digest) ? 'event_reordered' : 'event_edited', ...dating];
}

/** Erasing removes the salt and all values, and keeps their digest. Values without a salt were therefore edited. */
function isIntact(event: StoredEvent): boolean {
  if (digestEvent(event, event.values_digest) !== event.digest) return false;
  if (event.salt !== null) return digestValues(Buffer.from(event.salt, 'hex'), event) === event.values_digest;
  const { user_email, ip_address, description, old_value, new_value } = event;
  return [user_email, ip_address, description, old_value, new_value].every((value) => value === null);
}
