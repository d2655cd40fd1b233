/** The command line. */
import { parseArgs } from 'node:util';
import { StartupError } from '../src/platform/errors/startup-error.js';
import { type Checkout, openCheckout } from './checkout.js';
import { LOAD_GENERATORS, type LoadGenerator, chooseLoadGenerator } from './load.js';
import { PEERS, PEER_NAMES, type PeerName } from './peers.js';
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
  readonly tool: LoadGenerator;
  /** Leave everything running after the measurements. */
  readonly hold: boolean;
  /** Another checkout of this product, measured beside ours. */
  readonly against?: Checkout;
  /** The smallest ratio with which the run counts as passed. */
  readonly required?: number;
  /** Measures tenants of so many customers, ours alone, in place of the comparison. */
  readonly growth?: readonly number[];
}

/** A full run of all workloads stays within a quarter of an hour, one against another checkout within twelve minutes. */
const FULL_LENGTH = { rounds: '3', seconds: '6', warm: '4' };
const AGAINST_LENGTH = { rounds: '5', seconds: '4', warm: '3' };
const QUICK_LENGTH = { rounds: '1', seconds: '3', warm: '2' };
/** For each cell of the table of growth. */
const GROWTH_LENGTH = { rounds: '1', seconds: '2', warm: '1' };

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
      against: { type: 'string' },
      require: { type: 'string' },
      growth: { type: 'boolean', default: false },
      sizes: { type: 'string', default: '100,1000,10000,1000000' },
    },
  });
  const isAgainst = values.against !== undefined;
  if (values.require !== undefined && !isAgainst) throw new StartupError('--require needs --against');
  const defaults = values.growth ? GROWTH_LENGTH : defaultLength(values.quick, isAgainst);
  return {
    peers: pickPeers(values.peers, isAgainst),
    workloads: pickWorkloads(values.workloads),
    rounds: positive('rounds', values.rounds ?? defaults.rounds),
    seconds: positive('seconds', values.seconds ?? defaults.seconds),
    warmSeconds: positive('warm', values.warm ?? defaults.warm),
    connections: positive('connections', values.connections),
    tool: pickGenerator(values.tool),
    hold: values.hold,
    ...(values.against !== undefined && { against: openCheckout(values.against) }),
    ...(values.require !== undefined && { required: ratio('require', values.require) }),
    ...(values.growth && { growth: values.sizes.split(',').map((size) => positive('sizes', size)) }),
  };
}

function defaultLength(isQuick: boolean, isAgainst: boolean): typeof FULL_LENGTH {
  if (isQuick) return QUICK_LENGTH;
  return isAgainst ? AGAINST_LENGTH : FULL_LENGTH;
}

/** With `--against` those of ours without a choice, and right after each of them its counterpart in the other checkout. */
function pickPeers(list: string | undefined, isAgainst: boolean): readonly PeerName[] {
  const choices = PEER_NAMES.filter((name) => PEERS[name].counterpart === undefined);
  const chosen = pick('peers', list, choices, String);
  if (!isAgainst) return chosen ?? choices;
  const paired = (chosen ?? choices.filter((name) => PEERS[name].server === 'ours')).flatMap((name) => [
    name,
    ...PEER_NAMES.filter((other) => PEERS[other].counterpart === name),
  ]);
  if (paired.every((name) => PEERS[name].counterpart === undefined)) {
    throw new StartupError('--against needs ours or ours-rest among --peers');
  }
  return paired;
}

/** Without a choice: those that our service is asked for. */
function pickWorkloads(list: string | undefined): readonly Workload[] {
  const servedByUs = WORKLOADS.filter(({ requests }) => requests.ours ?? requests['ours-rest']);
  return pick('workloads', list, WORKLOADS, (workload) => workload.id) ?? servedByUs;
}

function pickGenerator(name: string | undefined): LoadGenerator {
  return pick('tool', name, LOAD_GENERATORS, String)?.[0] ?? chooseLoadGenerator();
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

function ratio(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new StartupError(`--${option} takes a number above 0 and up to 1, not ${text}`);
  return value;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new StartupError(`--${option} takes a whole number from 1, not ${text}`);
  return value;
}
