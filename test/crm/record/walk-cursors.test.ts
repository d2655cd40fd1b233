import { useService } from '../../support/use-service.js';
import { graphqlOutcomeOf } from '../customer/customer-support.js';
import { insertRows, makeGround, type Kind, type WalkRow } from './walk-types.js';
import { askList, pageIn, type Walker } from './walk-pages.js';
import { PLACES, takes, type Place } from './walk-places.js';

const service = useService();
/** One company with something in every place, and another one. */
let walkers: ReadonlyMap<string, Walker>;
let strangers: ReadonlyMap<string, Walker>;

beforeAll(async () => {
  [walkers, strangers] = await Promise.all([aCompany(), aCompany()]);
});
const TIMES = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
const ROW: WalkRow = {
  ...{ text: 'Essai', other: null, amount: '1', day: null, narrow: false, elsewhere: false, deleted: false },
  ...TIMES,
};

async function aCompany(): Promise<ReadonlyMap<string, Walker>> {
  const tenant = await service.aTenant();
  const ground = await makeGround(service, tenant.id);
  for (const recordType of new Set<Kind>(PLACES.map((place) => place.recordType)))
    await insertRows(service, recordType, ground, [ROW, ROW, ROW]);
  return new Map(PLACES.map((place) => [place.name, { service, tenant, ground, place }]));
}

const at = (company: ReadonlyMap<string, Walker>, { name }: Place): Walker => {
  const walker = company.get(name);
  if (!walker) throw new Error(`Nobody walks ${name}.`);
  return walker;
};

async function cursorIn(walker: Walker, args: object = {}): Promise<string> {
  const { endCursor } = pageIn(await askList(walker, { first: 1, ...args })).pageInfo;
  if (endCursor === null) throw new Error(`There is nothing in ${walker.place.name}.`);
  return endCursor;
}

/** What a cursor is worth in a place, in each direction that it has. */
async function outcomes(walker: Walker, cursor: string, args: object = {}): Promise<string[]> {
  const backward = takes(walker.place, 'before') ? [{ last: 1, before: cursor }] : [];
  const windows = [{ first: 1, after: cursor }, ...backward];
  return Promise.all(windows.map(async (window) => graphqlOutcomeOf(await askList(walker, { ...args, ...window }))));
}

const REFUSED = new Set(['INVALID_CURSOR']);

describe.each(PLACES.map((place): [string, Place] => [place.name, place]))('a cursor of %s', (_name, place) => {
  test('is good where it was given', async () => {
    const walker = at(walkers, place);

    expect(new Set(await outcomes(walker, await cursorIn(walker)))).toEqual(new Set(['OK']));
  });

  test('is none of another company', async () => {
    const cursor = await cursorIn(at(strangers, place));

    expect(new Set(await outcomes(at(walkers, place), cursor))).toEqual(REFUSED);
  });

  test('is none in any other list', async () => {
    const cursor = await cursorIn(at(walkers, place));
    const taken: string[] = [];
    for (const other of PLACES.filter((one) => one !== place))
      for (const outcome of await outcomes(at(walkers, other), cursor))
        if (outcome !== 'INVALID_CURSOR') taken.push(`${other.name}: ${outcome}`);

    expect(taken).toEqual([]);
  });

  const field = Object.keys(place.recordType.columns).at(-1);
  const order = (direction: string, nulls: string): object => ({ orderBy: [{ field, direction, nulls }] });
  const others: readonly (readonly [name: string, given: object, used: object])[] = [
    ...(takes(place, 'filter') ? [['filter', {}, { filter: place.recordType.narrow?.filter }] as const] : []),
    ...(takes(place, 'search') ? [['search', {}, { search: 'essai' }] as const] : []),
    ...(takes(place, 'orderBy')
      ? ([
          ['order', {}, order('ASC', 'LAST')],
          ['direction', order('ASC', 'LAST'), order('DESC', 'LAST')],
          ['place for nulls', order('ASC', 'LAST'), order('ASC', 'FIRST')],
        ] as const)
      : []),
  ];
  if (others.length === 0) return;

  test.each(others)('is none with another %s', async (_what, given, used) => {
    const walker = at(walkers, place);
    const cursor = await cursorIn(walker, given);

    expect(new Set(await outcomes(walker, cursor, given))).toEqual(new Set(['OK']));
    expect(new Set(await outcomes(walker, cursor, used))).toEqual(REFUSED);
  });
});
