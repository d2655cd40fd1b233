/** Checks a tenant's audit trail from its first seal to its last, a page at a time. */
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import {
  findEvents,
  findPositions,
  findQueuedWithoutEvent,
  findSealHash,
  findSeals,
  type StoredEvent,
  type StoredSeal,
} from './audit-trail.query.js';
import { digestEvent, digestValues, hashSeal, NO_HASH } from './trail-digest.js';
import { problemAt, type ProblemKind, type TrailProblem } from './trail-problem.js';

/** The last seal. Kept outside of the database, it shows later whether the end was cut or everything rewritten. */
export interface TrailHead {
  readonly seq: number;
  readonly hash: string;
}

export interface TrailReport {
  readonly seals: number;
  readonly events: number;
  /** Undefined before the first seal. */
  readonly head: TrailHead | undefined;
  /** The first thousand. */
  readonly problems: readonly TrailProblem[];
}

/** Sealing takes a second; after a minute an event has been passed over. */
const UNSEALED_AFTER_MS = 60_000;
const MAX_PROBLEMS = 1000;
/** Bounds the memory when sealing has been off for long; order of ids and order of seals never differ by as much. */
const MAX_UNSEALED = 100_000;
/** Some milliseconds of digests between two answers of the database: requests are served meanwhile. */
const EVENTS_PER_READ = 200;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Finds every edited, removed or reordered event or seal, and names it.
 * @param keptHead an earlier report's head: without it a cut end does not show
 */
export async function verifyTrail(reader: TenantReader, keptHead?: TrailHead): Promise<TrailReport> {
  const walk = new TrailWalk(reader);
  await walk.run();
  const ofHead = keptHead ? await compareHead(reader, keptHead) : [];
  return { seals: walk.seals, events: walk.events, head: walk.head, problems: [...walk.problems, ...ofHead] };
}

/** @returns what a head that was kept finds: the end is gone, or another one was written */
export async function compareHead(reader: TenantReader, { seq, hash }: TrailHead): Promise<TrailProblem[]> {
  const found = await findSealHash(reader, seq);
  if (found === hash) return [];
  return [problemAt(found === undefined ? 'head_missing' : 'head_different', { seq })];
}

class TrailWalk {
  seals = 0;
  events = 0;
  head: TrailHead | undefined;
  readonly problems: TrailProblem[] = [];
  private readonly cutoff = new Date(Date.now() - UNSEALED_AFTER_MS).toISOString();
  /** Events passed in the order of ids that no seal had yet. A seal further on may have them: it is the later commit. */
  private readonly unsealed = new Set<string>();
  private lastId = FIRST_ID;

  constructor(private readonly reader: TenantReader) {}

  async run(): Promise<void> {
    await this.walkSeals();
    await this.noteUnsealed(LAST_ID, new Set());
    // What was sealed while we walked is no problem.
    while (this.unsealed.size > 0 && (await this.walkSeals()) > 0);
    await this.checkUnsealed();
    for (const eventId of await findQueuedWithoutEvent(this.reader)) this.add('event_removed', { eventId });
  }

  private add(kind: ProblemKind, place: Pick<TrailProblem, 'seq' | 'eventId'>): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problemAt(kind, place));
  }

  /** @returns the number of seals after the last one known */
  private async walkSeals(): Promise<number> {
    const before = this.seals;
    for (;;) {
      const page = await findSeals(this.reader, this.head?.seq ?? 0);
      if (page.length === 0) return this.seals - before;
      await this.checkPage(page);
    }
  }

  private async checkPage(page: readonly StoredSeal[]): Promise<void> {
    const sealed = new Set<string>();
    let highest = this.lastId;
    for (const seal of page) {
      this.checkChain(seal);
      for (const id of seal.event_ids) {
        sealed.add(id);
        this.unsealed.delete(id);
        if (id > highest) highest = id;
      }
    }
    await this.checkEvents(page);
    await this.noteUnsealed(highest, sealed);
  }

  private checkChain(seal: StoredSeal): void {
    const { seq, hash } = seal;
    const previous = this.head ?? { seq: 0, hash: NO_HASH };
    for (let missing = previous.seq + 1; missing < Math.min(seq, previous.seq + MAX_PROBLEMS); missing += 1) {
      this.add('seal_removed', { seq: missing });
    }
    if (seq === previous.seq + 1 && seal.previous_hash !== previous.hash) this.add('seal_out_of_chain', { seq });
    if (hashSeal(seal) !== hash) this.add('seal_edited', { seq });
    this.head = { seq, hash };
    this.seals += 1;
  }

  private async checkEvents(page: readonly StoredSeal[]): Promise<void> {
    const entries = page.flatMap((seal) => seal.event_ids.map((id, index) => ({ id, index, seal })));
    for (let start = 0; start < entries.length; start += EVENTS_PER_READ) {
      const part = entries.slice(start, start + EVENTS_PER_READ);
      const ids = part.map(({ id }) => id);
      const found = new Map((await findEvents(this.reader, ids)).map((event) => [event.id, event]));
      for (const { id, index, seal } of part) {
        const kind = problemOfSealed(found.get(id), seal, index);
        if (kind) this.add(kind, { seq: seal.seq, eventId: id });
      }
      this.events += found.size;
    }
  }

  /** Passes the events up to an id and keeps those that are in no seal so far. */
  private async noteUnsealed(upToId: string, sealed: ReadonlySet<string>): Promise<void> {
    for (;;) {
      const page = await findPositions(this.reader, this.lastId, upToId);
      const last = page.at(-1);
      if (!last) break;
      for (const { id, created_at } of page) {
        const isDue = created_at < this.cutoff && this.unsealed.size < MAX_UNSEALED;
        if (isDue && !sealed.has(id)) this.unsealed.add(id);
      }
      this.lastId = last.id;
    }
  }

  private async checkUnsealed(): Promise<void> {
    for (const eventId of this.unsealed) this.add('event_unsealed', { eventId });
    const ids = [...this.unsealed].slice(0, MAX_PROBLEMS);
    for (let start = 0; start < ids.length; start += EVENTS_PER_READ) {
      for (const event of await findEvents(this.reader, ids.slice(start, start + EVENTS_PER_READ))) {
        if (!isIntact(event)) this.add('event_edited', { eventId: event.id });
      }
    }
  }
}

function problemOfSealed(event: StoredEvent | undefined, seal: StoredSeal, index: number): ProblemKind | undefined {
  if (!event) return 'event_removed';
  if (!isIntact(event)) return 'event_edited';
  if (seal.event_digests[index] === event.digest) return undefined;
  // Its own digest elsewhere in the seal: the event is whole, its place is not.
  return seal.event_digests.includes(event.digest) ? 'event_reordered' : 'event_edited';
}

/** Erased values leave their digest behind; values without a salt are not erased ones. */
function isIntact(event: StoredEvent): boolean {
  if (digestEvent(event, event.values_digest) !== event.digest) return false;
  if (event.salt !== null) return digestValues(Buffer.from(event.salt, 'hex'), event) === event.values_digest;
  const { user_email, ip_address, description, old_value, new_value } = event;
  return [user_email, ip_address, description, old_value, new_value].every((value) => value === null);
}
