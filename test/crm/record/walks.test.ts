import fc from 'fast-check';
import { useService } from '../../support/use-service.js';
import { insertRows, makeGround, removeRows, type Key, type Kind, type WalkRow } from './walk-types.js';
import {
  storedOrder,
  walkBackward,
  walkForward,
  walkNumbers,
  walkRest,
  type LateRows,
  type Seen,
  type Walk,
  type Walker,
} from './walk-pages.js';
import { connectionsOfSchema, PLACES, takes, type Place } from './walk-places.js';

const service = useService();
/** Walks of each property; the seed that a failure prints, in WALK_SEED, repeats it. */
const RUNS = Number(process.env.WALK_RUNS ?? 40);
const SEED = process.env.WALK_SEED;
const SETTINGS = { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) };
const TIMEOUT_MS = 120_000 + RUNS * 500;

const oneIn = (count: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 1, max: count }).map((number) => number === count);

/** Few values for many rows: ties are the rule, and accents, cases and blanks compare as PostgreSQL says. */
const aRow: fc.Arbitrary<WalkRow> = fc.record({
  text: fc.constantFrom('Élan', 'Elan', 'elan', 'Zoé', 'zoe', 'a b', 'ab', 'Œuvre', '10', '9', "L'Âne", '😀 SA'),
  other: fc.option(fc.constantFrom('Lyon', 'lyon', 'Évry', 'Evry', ''), { freq: 2 }),
  amount: fc.constantFrom('0.00', '0.01', '9.99', '10.00', '9999999999999.99', '-5.00'),
  day: fc.option(fc.constantFrom('2026-01-01', '2026-12-31', '1999-12-31'), { freq: 2 }),
  createdAt: fc.constantFrom('2026-01-01T00:00:00.001Z', '2026-01-01T00:00:00.002Z', '1999-12-31T23:59:59.999Z'),
  updatedAt: fc.constantFrom('2026-11-22T12:00:00.000Z', '2026-11-22T12:00:00.100Z'),
  narrow: fc.boolean(),
  elsewhere: oneIn(5),
  deleted: oneIn(6),
});

/** In half of the walks nothing comes between. */
const lateRows: fc.Arbitrary<readonly LateRows[]> = fc.oneof(
  fc.constant([]),
  fc.array(
    fc.record({ afterPage: fc.integer({ min: 1, max: 4 }), rows: fc.array(aRow, { minLength: 1, maxLength: 3 }) }),
    { minLength: 1, maxLength: 3 },
  ),
);

type Given = Walk & { readonly rows: readonly WalkRow[] };

/** None where the connection has one order only. */
function someKeys({ columns }: Kind): fc.Arbitrary<readonly Key[]> {
  const fields = Object.keys(columns);
  if (fields.length === 0) return fc.constant([]);
  const aKey: fc.Arbitrary<Key> = fc.record({
    field: fc.constantFrom(...fields),
    direction: fc.constantFrom('ASC', 'DESC'),
    nulls: fc.constantFrom('FIRST' as const, 'LAST' as const, undefined),
  });
  return fc.array(aKey, { minLength: 1, maxLength: 3 });
}

function aWalk(recordType: Kind): fc.Arbitrary<Given> {
  return fc.record({
    rows: fc.array(aRow, { maxLength: 25, size: 'max' }),
    keys: someKeys(recordType),
    size: fc.constantFrom(1, 2, 3, 7, 100),
    isNarrow: fc.boolean(),
    late: lateRows,
  });
}

interface Way {
  readonly walk: (walker: Walker, walk: Walk) => Promise<Seen>;
  readonly isBackward?: true;
  /** How it is ordered, if not by its keys. */
  readonly orderOf?: (keys: readonly Key[]) => readonly Key[];
}

async function expectOnce(
  walker: Walker,
  { rows, ...given }: Given,
  { walk, isBackward, orderOf }: Way,
): Promise<void> {
  const { recordType } = walker.place;
  await removeRows(service, recordType, walker.ground);
  await insertRows(service, recordType, walker.ground, rows);
  const { ids, lateAt } = await walk(walker, given);
  const order = await storedOrder(walker, { ...given, keys: orderOf ? orderOf(given.keys) : given.keys });
  const positionOf = new Map(order.map((id, position) => [id, position]));
  // A row that comes behind the walker is not met any more, one that comes before them is.
  const isMet = (id: string, position: number): boolean => {
    const readLast = lateAt.get(id);
    if (readLast === undefined) return true;
    const reached = positionOf.get(readLast) ?? -1;
    return isBackward ? position < reached : position > reached;
  };
  expect(ids).toEqual(order.filter(isMet));
}

/** Throws with the seed and the smallest walk that fails. */
function holds(walker: Walker, way: Way): Promise<void> {
  const property = fc.asyncProperty(aWalk(walker.place.recordType), (given) => expectOnce(walker, given, way));
  return fc.assert(property, SETTINGS);
}

test('each connection of the schema is walked', () => {
  expect(PLACES.map(({ name }) => name).sort()).toEqual(connectionsOfSchema().sort());
});

const BY_NAME = PLACES.map((place): [string, Place] => [place.name, place]);

describe.each(BY_NAME)('a walk over %s gives each matching record once, in the order of PostgreSQL', (_name, place) => {
  let walker: Walker;
  beforeAll(async () => {
    const tenant = await service.aTenant();
    walker = { service, tenant, place, ground: await makeGround(service, tenant.id, place.recordType.table) };
  });

  test('forward', () => holds(walker, { walk: walkForward }), TIMEOUT_MS);

  if (takes(place, 'last')) test('backward', () => holds(walker, { walk: walkBackward, isBackward: true }), TIMEOUT_MS);

  const row = {
    text: '',
    amount: '1.00',
    createdAt: '2026-01-01T00:00:00.001Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
  };
  const flags = { narrow: true, elsewhere: false, deleted: false };

  const fields = Object.keys(place.recordType.columns);
  if (fields.length === 0) return;

  test.each(fields)('by %s alone, both ways, nulls at both ends', async (field) => {
    const rows = ['Zoé', 'elan', 'Élan', 'elan', 'ab'].map((text, index): WalkRow => {
      const [other, day] = index % 2 === 0 ? [null, null] : ['Lyon', '2026-12-31'];
      return { ...row, ...flags, text, other, day };
    });
    await removeRows(service, place.recordType, walker.ground);
    await insertRows(service, place.recordType, walker.ground, rows);
    for (const direction of ['ASC', 'DESC']) {
      for (const nulls of ['FIRST', 'LAST'] as const) {
        const walk = { keys: [{ field, direction, nulls }], size: 2, isNarrow: true, late: [] };
        const order = await storedOrder(walker, walk);

        expect(order).toHaveLength(5);
        expect((await walkForward(walker, walk)).ids).toEqual(order);
        expect((await walkBackward(walker, walk)).ids).toEqual(order);
      }
    }
  });

  if (place.below) return;

  const nullsLast = (keys: readonly Key[]): Key[] => keys.map((key) => ({ ...key, nulls: 'LAST' }));

  test('over REST, where nulls come last', () => holds(walker, { walk: walkRest, orderOf: nullsLast }), TIMEOUT_MS);

  test('page by page with numbers', () => holds(walker, { walk: walkNumbers, orderOf: () => [] }), TIMEOUT_MS);
});
