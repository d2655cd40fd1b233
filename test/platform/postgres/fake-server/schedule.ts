/** What may happen, as fast-check makes it up and makes it smaller. */
import fc from 'fast-check';
import type { StatementDefinition } from './answers.js';
import type { Ending, Fault } from './faults.js';
import type { Cutting } from './wire.js';

export interface BatchPlan {
  /** Indices of the schedule's statements. */
  readonly statements: readonly number[];
  readonly fault: Fault;
}

/** What one caller does with one loan of a connection. */
export type Lease =
  | {
      readonly type: 'batches';
      /** BEGIN goes before the first and COMMIT after the last. */
      readonly isTransaction: boolean;
      /** Each is submitted without waiting for the one before. */
      readonly isQueued: boolean;
      readonly batches: readonly BatchPlan[];
    }
  | {
      readonly type: 'copy';
      /** Of the lines, in bytes. */
      readonly lengths: readonly number[];
      /** Turns of the event loop that the reader waits before each chunk, over and over. */
      readonly pauses: readonly number[];
      /** The chunk at which the reader leaves. */
      readonly leavesAt: number | undefined;
      readonly fault: Fault;
    }
  /** Statements that nobody has sent before, more than a connection may keep. */
  | { readonly type: 'flood'; readonly batches: number; readonly fault: Fault };

export interface Schedule {
  readonly connections: number;
  readonly namedStatements: boolean;
  readonly explicitTransaction: boolean;
  readonly cutting: Cutting;
  readonly openings: readonly (Ending | undefined)[];
  readonly statements: readonly Omit<StatementDefinition, 'id'>[];
  /** Callers at the same time; each does its part in order. */
  readonly callers: readonly (readonly Lease[])[];
}

/** New statements in each batch of a flood. */
export const FLOOD_SIZE = 120;

const position = fc.integer({ min: -4, max: 30 });
const code = fc.constantFrom('22012', '40P01', '55P03', '23505', '57014', '40001');
const lastWord = fc.constantFrom('57P01', '57P05', '25P03');

function ending(withSilence: boolean): fc.Arbitrary<Ending> {
  return fc.constantFrom<Ending[]>('end', 'reset', ...(withSilence ? (['freeze'] as const) : []));
}

function aFault(withSilence: boolean): fc.Arbitrary<Fault> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant<Fault>({ type: 'none' }) },
    { weight: 4, arbitrary: fc.record({ type: fc.constant('error'), at: position, code }) },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('fatal'), at: position, code: lastWord, ending: ending(withSilence) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('socket'),
        at: position,
        bytes: fc.nat(12),
        ending: ending(withSilence),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('notice', 'parameter'), at: position }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constantFrom('lost-names', 'migration') }) },
  );
}

function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Those of many make the reader wait: 256 KiB are kept for it. */
const lineLength = fc.oneof(fc.nat(40), fc.nat(40), fc.constantFrom(140_000, 262_143, 300_000));

function aLease(fault: fc.Arbitrary<Fault>, statements: number): fc.Arbitrary<Lease> {
  const used = fc.array(fc.nat(statements - 1), { minLength: 1, maxLength: 4 });
  return fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        type: fc.constant('batches'),
        isTransaction: fc.boolean(),
        isQueued: fc.boolean(),
        batches: fc.array(fc.record({ statements: used, fault }), { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('copy'),
        lengths: fc.array(lineLength, { maxLength: 6 }),
        pauses: fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }),
        leavesAt: seldom(fc.nat(12)),
        fault,
      }),
    },
  );
}

const aStatement: fc.Arbitrary<Omit<StatementDefinition, 'id'>> = fc.record({
  type: fc.constantFrom('rows', 'rows', 'rows', 'empty', 'change', 'blank'),
  rows: fc.nat(5),
  isMigrated: fc.boolean(),
  isLong: fc.integer({ min: 1, max: 8 }).map((number) => number === 8),
});

function pieces(...sizes: readonly fc.Arbitrary<number>[]): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.oneof(...sizes), { minLength: 1, maxLength: 4 });
}

const cutting: fc.Arbitrary<Cutting> = fc.record({
  sizes: fc.oneof(
    { weight: 3, arbitrary: fc.constant([0]) },
    { weight: 5, arbitrary: pieces(fc.constant(0), fc.integer({ min: 20, max: 400 })) },
    { weight: 2, arbitrary: pieces(fc.integer({ min: 1, max: 9 })) },
  ),
  delays: fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }),
});

/** Where the client goes by the clock, a slow wire must not look like a silent one. */
const coarseCutting: fc.Arbitrary<Cutting> = fc.record({
  sizes: pieces(fc.constant(0), fc.integer({ min: 200, max: 4000 })),
  delays: fc.constant([0]),
});

function aSchedule(withSilence: boolean, withFlood: boolean): fc.Arbitrary<Schedule> {
  const fault = aFault(withSilence);
  const flood: fc.Arbitrary<Lease> = fc.record({
    type: fc.constant('flood'),
    batches: fc.integer({ min: 4, max: 7 }),
    fault,
  });
  return fc.array(aStatement, { minLength: 1, maxLength: 5 }).chain((statements) => {
    const lease = aLease(fault, statements.length);
    const leases = fc.array(withFlood ? fc.oneof(flood, lease) : lease, { minLength: 1, maxLength: 4 });
    return fc.record({
      connections: fc.integer({ min: 1, max: 4 }),
      namedStatements: fc.integer({ min: 1, max: 8 }).map((number) => number < 8),
      explicitTransaction: fc.integer({ min: 1, max: 8 }).map((number) => number === 8),
      cutting: withSilence ? coarseCutting : cutting,
      openings: fc.array(seldom(ending(false)), { maxLength: 4 }),
      statements: fc.constant(statements),
      callers: fc.array(leases, { minLength: 1, maxLength: withFlood ? 2 : 5 }),
    });
  });
}

/** Some have sockets that fall silent, which a client notices only by the clock. */
export function anySchedule(): fc.Arbitrary<Schedule> {
  return fc.oneof(
    { weight: 20, arbitrary: aSchedule(false, false) },
    { weight: 1, arbitrary: aSchedule(false, true) },
    { weight: 3, arbitrary: aSchedule(true, false) },
  );
}
