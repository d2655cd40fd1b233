/** Bodies and query strings of REST: names, aliases, fields sent back, and what a query's text becomes. */
import { AppError } from '../../../src/platform/errors/errors.js';
import { parseQuery, parseRestBody } from '../../../src/platform/rest/input.js';
import { aToy, CreateToy, ToyQuery, toySerializer, UpdateToy } from '../input/toy.js';

const options = { serializer: toySerializer, aliases: { toy_type: 'type', toy_name: 'name' } };

function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'VALIDATION_FAILED') throw error;
    return (error.fields ?? []).map(({ path, code }) => `${path.join('.')}: ${code}`);
  }
  return [];
}

describe('a POST body', () => {
  test('is read in snake_case into the class', () => {
    const { input } = parseRestBody(
      CreateToy,
      { name: 'Ours', unit_price: 50000, is_active: false, launch_date: '' },
      options,
    );
    expect(input).toBeInstanceOf(CreateToy);
    expect(input).toEqual({ name: 'Ours', unitPrice: '50000.00', isActive: false, launchDate: null });
  });

  test('errors carry the names that were sent', () => {
    const body = { toy_name: 'x', unit_price: -1, unitPrice: 1, tags: ['a', 7], toy_type: 'HUGE' };
    expect(problemsOf(() => parseRestBody(CreateToy, body, options))).toEqual([
      'toy_name: TOO_SHORT',
      'unit_price: OUT_OF_RANGE',
      'unitPrice: UNKNOWN_MEMBER',
      'tags.1: NOT_A_STRING',
      'toy_type: NOT_IN_LIST',
    ]);
    expect(problemsOf(() => parseRestBody(CreateToy, {}, options))).toEqual(['name: REQUIRED']);
  });

  test('an alias does for its member; both must agree', () => {
    expect(parseRestBody(CreateToy, { toy_name: 'Ours', toy_type: 'LARGE' }, options).input).toEqual({
      name: 'Ours',
      type: 'LARGE',
    });
    expect(parseRestBody(CreateToy, { name: 'Ours', toy_name: ' Ours ' }, options).input).toEqual({ name: 'Ours' });
    expect(problemsOf(() => parseRestBody(CreateToy, { name: 'Ours', toy_name: 'Theirs' }, options))).toEqual([
      'toy_name: CONFLICTING_MEMBERS',
    ]);
    expect(problemsOf(() => parseRestBody(CreateToy, { name: 'Ours', toy_name: 'Ours' }))).toEqual([
      'toy_name: UNKNOWN_MEMBER',
    ]);
  });

  test('what only the API sets is rejected, and a tenant is never known', () => {
    const body = { name: 'Ours', id: aToy.id, created_at: aToy.createdAt, tenant_id: 'demo' };
    expect(problemsOf(() => parseRestBody(CreateToy, body, options))).toEqual([
      'tenant_id: UNKNOWN_MEMBER',
      'id: READ_ONLY',
      'created_at: READ_ONLY',
    ]);
  });

  test.each([undefined, null, 'x', 7, [], [{ name: 'Ours' }]])('that is no object is rejected: case %#', (body) => {
    expect(problemsOf(() => parseRestBody(CreateToy, body, options))).toEqual([': NOT_AN_OBJECT']);
  });
});

describe('a PUT body', () => {
  /** What a client gets, changes and sends back. */
  const returned = JSON.parse(toySerializer.write(aToy)) as Record<string, unknown>;

  function update(body: unknown): unknown {
    const { input, rejectChangedReadOnly } = parseRestBody(UpdateToy, body, { ...options, isUpdate: true });
    rejectChangedReadOnly(aToy);
    return input;
  }

  test('may be everything that a GET gave', () => {
    const input = update({ ...returned, name: 'Theirs' });
    expect(input).toMatchObject({ name: 'Theirs', unitPrice: '50000.00', tags: ['bois', 'été'] });
    expect(input).not.toHaveProperty('id');
  });

  test('read-only members are compared by what they mean', () => {
    expect(
      update({ id: aToy.id.toUpperCase(), created_at: '2026-11-22T13:02:18.758+01:00', parts: [{ size: 1 }] }),
    ).toEqual({});
    const changed = { id: '0198f0c4-2222-7abc-8def-0123456789ab', created_at: null, parts: [{ size: 2 }] };
    expect(problemsOf(() => update(changed)).sort()).toEqual([
      'created_at: READ_ONLY',
      'id: READ_ONLY',
      'parts: READ_ONLY',
    ]);
  });

  test('money sent back as a number or as text is the same money', () => {
    class Nothing extends ToyQuery {}
    for (const unit_price of [50000, '50000', '50000.00']) {
      expect(() => {
        parseRestBody(Nothing, { unit_price }, { ...options, isUpdate: true }).rejectChangedReadOnly(aToy);
      }).not.toThrow();
    }
    const { rejectChangedReadOnly } = parseRestBody(
      Nothing,
      { unit_price: 50000.01, discount_rate: 0 },
      { ...options, isUpdate: true },
    );
    expect(
      problemsOf(() => {
        rejectChangedReadOnly(aToy);
      }),
    ).toEqual(['unit_price: READ_ONLY', 'discount_rate: READ_ONLY']);
  });

  test('a tenant is not known here either', () => {
    expect(problemsOf(() => update({ tenant_id: 'demo' }))).toEqual(['tenant_id: UNKNOWN_MEMBER']);
  });
});

describe('a query string', () => {
  test('becomes numbers, booleans and lists where the class says so', () => {
    expect(
      parseQuery(ToyQuery, {
        page: '2',
        is_active: '0',
        type: 'LARGE',
        search: ' a ',
        tags: 'x',
        date_from: '2026-01-31',
      }),
    ).toEqual({
      page: 2,
      isActive: false,
      type: 'LARGE',
      search: 'a',
      tags: ['x'],
      dateFrom: '2026-01-31',
    });
    expect(parseQuery(ToyQuery, { is_active: 'true', tags: ['x', 'y'] })).toEqual({ isActive: true, tags: ['x', 'y'] });
    expect(parseQuery(ToyQuery, { is_active: '1', page: '' })).toEqual({ isActive: true, page: null });
    expect(parseQuery(ToyQuery, undefined)).toEqual({});
  });

  test('what cannot be read, is unknown or comes twice is named', () => {
    const query = {
      page: '1.5',
      is_active: 'yes',
      type: ['SMALL', 'LARGE'],
      search: 'a\0',
      date_from: '2026-02-30',
      isActive: '1',
    };
    expect(problemsOf(() => parseQuery(ToyQuery, query))).toEqual([
      'page: NOT_AN_INTEGER',
      'is_active: NOT_A_BOOLEAN',
      'type: REPEATED_PARAMETER',
      'search: INVALID_CHARACTERS',
      'date_from: INVALID_DATE',
      'isActive: UNKNOWN_MEMBER',
    ]);
    expect(problemsOf(() => parseQuery(ToyQuery, { page: '0' }))).toEqual(['page: OUT_OF_RANGE']);
    expect(problemsOf(() => parseQuery(ToyQuery, { page: '99999999999999999999' }))).toEqual(['page: NOT_AN_INTEGER']);
  });
});
