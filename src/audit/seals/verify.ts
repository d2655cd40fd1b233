/** Checks a tenant's audit trail from its first seal to its last. */
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { findSealHash } from './audit-trail.query.js';
import { problemAt, type ChainProblem } from './chain-problem.js';
import { ChainWalk, type ChainHead } from './chain-walk.js';

export type { ChainHead };

export interface ChainReport {
  readonly seals: number;
  readonly events: number;
  /** The last seal that was checked. Undefined before the first one. */
  readonly head: ChainHead | undefined;
  /** The first thousand. */
  readonly problems: readonly ChainProblem[];
}

/**
 * Finds every edited, removed or reordered event or seal, every event that is in no seal or in two, and every date that is not the
 * database's, and names it.
 * @param keptHead an earlier report's head: without it a cut end does not show
 */
export async function verifyChain(reader: TenantReader, keptHead?: ChainHead): Promise<ChainReport> {
  const walk = new ChainWalk(reader);
  await walk.goOn();
  const ofHead = keptHead ? await compareHead(reader, keptHead) : [];
  return { ...reportOf(walk), problems: [...walk.problems, ...ofHead] };
}

/** What a walk has found so far. */
export function reportOf({ seals, events, head, problems }: ChainWalk): ChainReport {
  return { seals, events, head, problems };
}

/** @returns what a head that was kept finds: the end is gone, or another one was written */
export async function compareHead(reader: TenantReader, { seq, hash }: ChainHead): Promise<ChainProblem[]> {
  const found = await findSealHash(reader, seq);
  if (found === hash) return [];
  return [problemAt(found === undefined ? 'head_missing' : 'head_different', { seq })];
}
