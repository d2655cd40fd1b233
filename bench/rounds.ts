/** The measurements of a run, interleaved, so that noise on the machine hits all peers alike. */
import type { Client } from 'pg';
import { requestOf } from './http-request.js';
import { measureExport } from './measure-export.js';
import { LoadMeter } from './measure-load.js';
import type { Measurement } from './measurement.js';
import type { Options } from './options.js';
import type { RunningPeer } from './running-peer.js';
import type { Sample } from './sample.js';
import { findFault } from './verify.js';
import type { Workload } from './workload.js';

/** A workload with those peers that answer it rightly. */
export interface Contest {
  readonly workload: Workload;
  readonly peers: readonly RunningPeer[];
}

/** Brings the rows that a peer may have changed back to the seed. */
export type UndoWrites = (peer: RunningPeer) => Promise<void>;

/** Checks every answer; wrong ones are reported in `leftOut` and not timed. */
export async function arrangeContests(
  options: Options,
  peers: readonly RunningPeer[],
  sample: Sample,
  database: Client,
  undoWrites: UndoWrites,
): Promise<{ contests: Contest[]; leftOut: string[] }> {
  const leftOut: string[] = [];
  const contests: Contest[] = [];
  for (const workload of options.workloads) {
    const able: RunningPeer[] = [];
    for (const peer of peers.filter((candidate) => requestOf(candidate, workload))) {
      const fault = await findFault(peer, workload, sample, database);
      // Both of our edges write to one database: what one has won, the other could not win.
      if (workload.kind === 'write') await undoWrites(peer);
      if (fault === undefined) able.push(peer);
      else leftOut.push(`${peer.name} in ${workload.id}: ${fault}`);
    }
    contests.push({ workload, peers: able });
  }
  return { contests, leftOut };
}

/** Round by round, workload by workload, peer by peer; every second round takes the peers in reverse. */
export async function* runRounds(
  options: Options,
  contests: readonly Contest[],
  sample: Sample,
  undoWrites: UndoWrites,
  postmasterPid: number,
): AsyncGenerator<Measurement> {
  const loadMeter = new LoadMeter(options, sample, postmasterPid, undoWrites);
  for (let round = 1; round <= options.rounds; round++) {
    for (const { workload, peers } of contests) {
      for (const peer of round % 2 === 1 ? peers : peers.toReversed()) {
        yield workload.kind === 'export'
          ? await measureExport(peer, workload, round, sample, { postmasterPid, warmSeconds: options.warmSeconds })
          : await loadMeter.measure(peer, workload, round, peers);
      }
    }
  }
}
