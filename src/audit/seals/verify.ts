/** Checks a tenant's audit chain from its first seal to its last. */
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { findSealHash } from './audit-trail.query.js';
import { problemAt, type ChainProblem } from './chain-problem.js';
import { ChainWalk, type ChainHead } from './chain-walk.js';

export type { ChainHead };

export interface ChainReport {
  readonly seals: number;
  readonly events: number;
  /** The last seal that was checked; undefined if there is none. */
  readonly head: ChainHead | undefined;
  /** The first thousand. */
  readonly problems: readonly ChainProblem[];
}

/**
 * Reports every edited, removed or reordered event or seal, every event that is in no seal or in two, and every date that differs from
 * the database's.
 * @param keptHead the head of an earlier report; without it a cut end is not found
 */
export async function verifyChain(reader: TenantReader, keptHead?: ChainHead): Promise<ChainReport> {
  const walk = new ChainWalk(reader);
  await walk.goOn();
  const ofHead = keptHead ? await compareHead(reader, keptHead) : [];
  return { ...reportOf(walk), problems: [...walk.problems, ...ofHead] };
}

/** The result of a walk so far. */
export function reportOf({ seals, events, head, problems }: ChainWalk): ChainReport {
  return { seals, events, head, problems };
}

/** @returns a problem if the kept head is gone or was replaced */
export async function compareHead(reader: TenantReader, { seq, hash }: ChainHead): Promise<ChainProblem[]> {
  const found = await findSealHash(reader, seq);
  if (found === hash) return [];
  return [problemAt(found === undefined ? 'head_missing' : 'head_different', { seq })];
}
