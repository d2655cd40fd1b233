/** The command line. */
import { parseArgs } from 'node:util';
import { StartupError } from '../src/platform/errors/startup-error.js';
import { LOAD_TOOLS, type LoadTool, chooseLoadTool } from './load.js';
import { PEER_NAMES, type PeerName } from './peers.js';
import type { Workload } from './workload.js';
import { WORKLOADS } from './workloads/index.js';

export interface Options {
  readonly peers: readonly PeerName[];
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  /** Length of one measurement. */
  readonly seconds: number;
  /** Length of the unmeasured load before a peer's first measurement of a workload. */
  readonly warmSeconds: number;
  readonly connections: number;
  readonly tool: LoadTool;
  /** Leave everything running after the measurements. */
  readonly hold: boolean;
}

/** A full run of all workloads stays within a quarter of an hour. */
const FULL_LENGTH = { rounds: '3', seconds: '6', warm: '4' };
const QUICK_LENGTH = { rounds: '1', seconds: '3', warm: '2' };

/** @throws StartupError naming the option that cannot be used */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      warm: { type: 'string' },
      connections: { type: 'string', default: '16' },
      tool: { type: 'string' },
      quick: { type: 'boolean', default: false },
      hold: { type: 'boolean', default: false },
    },
  });
  const defaults = values.quick ? QUICK_LENGTH : FULL_LENGTH;
  return {
    peers: pickPeers(values.peers),
    workloads: pickWorkloads(values.workloads),
    rounds: positive('rounds', values.rounds ?? defaults.rounds),
    seconds: positive('seconds', values.seconds ?? defaults.seconds),
    warmSeconds: positive('warm', values.warm ?? defaults.warm),
    connections: positive('connections', values.connections),
    tool: pickTool(values.tool),
    hold: values.hold,
  };
}

function pickPeers(list: string | undefined): readonly PeerName[] {
  return pick('peers', list, PEER_NAMES, String) ?? PEER_NAMES;
}

/** Without a choice: those that our service is asked for. */
function pickWorkloads(list: string | undefined): readonly Workload[] {
  const servedByUs = WORKLOADS.filter(({ requests }) => requests.ours ?? requests['ours-rest']);
  return pick('workloads', list, WORKLOADS, (workload) => workload.id) ?? servedByUs;
}

function pickTool(name: string | undefined): LoadTool {
  return pick('tool', name, LOAD_TOOLS, String)?.[0] ?? chooseLoadTool();
}

function pick<T>(
  option: string,
  list: string | undefined,
  choices: readonly T[],
  nameOf: (choice: T) => string,
): T[] | undefined {
  return list?.split(',').map((name) => {
    const choice = choices.find((candidate) => nameOf(candidate) === name);
    if (choice === undefined)
      throw new StartupError(`--${option}: ${name} is none of ${choices.map(nameOf).join(', ')}`);
    return choice;
  });
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new StartupError(`--${option} takes a whole number from 1, not ${text}`);
  return value;
}
