/** The one validator of both transports: every rule, text, presence, and the same through TypeGraphQL. */
import fc from 'fast-check';
import { graphql, printSchema } from 'graphql';
import { Arg, buildSchema, InputType, Mutation, Query, Resolver } from 'type-graphql';
import { AppError, type FieldError } from '../../../src/platform/errors/errors.js';
import { TextField } from '../../../src/platform/input/fields.js';
import { parseInput, validateGraphqlArgument, type InputClass } from '../../../src/platform/input/validation.js';
import { CreateToy, ToyFields, ToyQuery, UpdateToy } from './toy.js';

function rejectionOf(run: () => unknown): readonly FieldError[] {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError && error.code === 'VALIDATION_FAILED') return error.fields ?? [];
    throw error;
  }
  return [];
}

/** `['label: TOO_LONG']` */
function problems(data: unknown, Class: InputClass<object> = UpdateToy): string[] {
  return rejectionOf(() => parseInput(Class, data)).map(({ path, code }) => `${path.join('.')}: ${code}`);
}

describe('a member', () => {
  test.each([
    ['label', '  Été ', 'Été'],
    ['label', 'E\u0301te\u0301', 'Été'],
    ['label', '😀'.repeat(10), '😀'.repeat(10)],
    ['assignedToId', '0198F0C4-1111-7ABC-8DEF-0123456789AB', '0198f0c4-1111-7abc-8def-0123456789ab'],
    ['unitPrice', 50000, '50000.00'],
    ['unitPrice', '0.5', '0.50'],
    ['discountRate', 100, '100.00'],
    ['partCount', 3, 3],
    ['partCount', '3', 3],
    ['isActive', false, false],
    ['tags', [' a', 'b '], ['a', 'b']],
    ['countryCode', 'be', 'BE'],
    ['currency', 'chf', 'CHF'],
    ['language', 'FR', 'fr'],
    ['launchDate', '2026-03-31', '2026-03-31'],
    ['seenAt', '2026-11-22T14:02:18+02:00', '2026-11-22T12:02:18.000Z'],
  ])('%s takes %p as %p', (name, sent, value) => {
    expect(parseInput(UpdateToy, { [name]: sent })).toEqual({ [name]: value });
  });

  test.each<[string, unknown, string]>([
    ['label', 'x'.repeat(11), 'TOO_LONG'],
    ['label', '😀'.repeat(11), 'TOO_LONG'],
    ['label', 'a\0b', 'INVALID_CHARACTERS'],
    ['label', 'a\ud800b', 'INVALID_CHARACTERS'],
    ['label', 12, 'NOT_A_STRING'],
    ['label', { length: 1 }, 'NOT_A_STRING'],
    ['label', ['a'], 'NOT_A_STRING'],
    ['name', 'x', 'TOO_SHORT'],
    ['code', 'abc', 'INVALID_FORMAT'],
    ['notes', 'x'.repeat(20_001), 'TOO_LONG'],
    ['email', 'nobody', 'INVALID_EMAIL'],
    ['email', 'a b@exemple.fr', 'INVALID_EMAIL'],
    ['assignedToId', '0198f0c4', 'INVALID_UUID'],
    ['unitPrice', '1.234', 'TOO_MANY_DECIMALS'],
    ['unitPrice', -0.01, 'OUT_OF_RANGE'],
    ['unitPrice', 1e13, 'OUT_OF_RANGE'],
    ['unitPrice', '1e3', 'NOT_A_NUMBER'],
    ['unitPrice', { $gt: 1 }, 'NOT_A_NUMBER'],
    ['unitPrice', NaN, 'NOT_A_NUMBER'],
    ['discountRate', '100.01', 'OUT_OF_RANGE'],
    ['partCount', 1.5, 'NOT_AN_INTEGER'],
    ['partCount', '3 parts', 'NOT_AN_INTEGER'],
    ['partCount', -1, 'OUT_OF_RANGE'],
    ['partCount', 2_147_483_648, 'OUT_OF_RANGE'],
    ['isActive', 'true', 'NOT_A_BOOLEAN'],
    ['type', 'HUGE', 'NOT_IN_LIST'],
    ['type', 'constructor', 'NOT_IN_LIST'],
    ['countryCode', 'ZZ', 'NOT_IN_LIST'],
    // In Unicode's upper case these are SS, FI and IT.
    ['countryCode', 'ß', 'NOT_IN_LIST'],
    ['countryCode', 'ﬁ', 'NOT_IN_LIST'],
    ['countryCode', 'ıt', 'NOT_IN_LIST'],
    ['currency', 'FRF', 'NOT_IN_LIST'],
    ['currency', 'uſd', 'NOT_IN_LIST'],
    ['language', 'qq', 'NOT_IN_LIST'],
    ['language', 'fr-FR', 'NOT_IN_LIST'],
    ['launchDate', '2026-02-30', 'INVALID_DATE'],
    ['seenAt', '2026-11-22', 'INVALID_DATE_TIME'],
    ['tags', 'a,b', 'NOT_A_LIST'],
    ['tags', { 0: 'a' }, 'NOT_A_LIST'],
    ['tags', ['a', 'b', 'c', 'd'], 'TOO_MANY_ITEMS'],
  ])('%s refuses case %#: %3$s', (name, sent, code) => {
    expect(problems({ [name]: sent })).toEqual([`${name}: ${code}`]);
  });

  test('names each wrong item of a list', () => {
    expect(problems({ tags: ['ok', 7, 'x'] })).toEqual(['tags.1: NOT_A_STRING']);
    expect(problems({ tags: ['ok', 'too long', ' '] })).toEqual(['tags.2: TOO_SHORT']);
    expect(problems({ tags: ['too long', 'longer still'] })).toEqual(['tags.0: TOO_LONG', 'tags.1: TOO_LONG']);
  });
});

describe('absent, null and empty', () => {
  test('absent stays absent, also where there is a default', () => {
    const input = parseInput(UpdateToy, {});
    expect(input).toBeInstanceOf(UpdateToy);
    expect(Object.keys(input)).toEqual([]);
    expect(Object.keys(parseInput(UpdateToy, { label: undefined }))).toEqual([]);
  });

  test('null clears a nullable member and is rejected by others', () => {
    expect(parseInput(UpdateToy, { label: null, unitPrice: null, tags: null })).toEqual({
      label: null,
      unitPrice: null,
      tags: null,
    });
    expect(problems({ name: null, type: null, isActive: null, countryCode: null, currency: null })).toEqual(
      ['name', 'type', 'isActive', 'countryCode', 'currency'].map((name) => `${name}: REQUIRED`),
    );
  });

  test('an empty string is null, the default, or an error', () => {
    expect(
      parseInput(UpdateToy, {
        label: ' ',
        unitPrice: '',
        partCount: '',
        tags: '',
        countryCode: '',
        isActive: '',
        currency: '',
      }),
    ).toEqual({
      label: null,
      unitPrice: null,
      partCount: null,
      tags: null,
      countryCode: 'FR',
      isActive: true,
      currency: null,
    });
    expect(problems({ name: '', code: '', type: '' })).toEqual(['name: REQUIRED', 'code: REQUIRED', 'type: REQUIRED']);
    expect(problems({ name: 'Ours', code: '', type: '' }, CreateToy)).toEqual(['code: REQUIRED', 'type: REQUIRED']);
  });

  test('a required member must be there', () => {
    expect(problems({}, CreateToy)).toEqual(['name: REQUIRED']);
    expect(problems({ name: '\u00a0' }, CreateToy)).toEqual(['name: REQUIRED']);
  });
});

describe('the whole input', () => {
  test.each([null, undefined, 'x', 1, [], [{}], new Date(), new CreateToy()])(
    'must be a plain object: case %#',
    (data) => {
      expect(problems(data)).toEqual([': NOT_AN_OBJECT']);
    },
  );

  test('unknown members are named, prototype tricks among them, and every error is listed', () => {
    const data: unknown = JSON.parse(
      '{"__proto__": {"label": "x"}, "constructor": 1, "unit_price": 1, "label": 3, "type": 4}',
    );
    expect(problems(data)).toEqual([
      '__proto__: UNKNOWN_MEMBER',
      'constructor: UNKNOWN_MEMBER',
      'unit_price: UNKNOWN_MEMBER',
      'label: NOT_A_STRING',
      'type: NOT_A_STRING',
    ]);
  });

  test('long names are cut and the list ends', () => {
    expect(problems({ ['x'.repeat(10_000)]: 1 })).toEqual([`${'x'.repeat(100)}: UNKNOWN_MEMBER`]);
    expect(problems(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`x${index}`, index])))).toHaveLength(
      100,
    );
  });

  test('no error repeats a value, and each has both sentences', () => {
    const sent = Object.fromEntries(
      ['label', 'email', 'unitPrice', 'type', 'tags', 'seenAt'].map((name) => [name, 's3cret s3cret s3cret']),
    );
    const fields = rejectionOf(() => parseInput(UpdateToy, sent));
    expect(fields).toHaveLength(6);
    expect(JSON.stringify(fields)).not.toContain('s3cret');
    for (const { message } of fields) {
      expect(message.fr).toMatch(/\.$/);
      expect(message.en).toMatch(/\.$/);
    }
  });

  test('any JSON gives an instance or a list of errors, never another failure', () => {
    const names = [
      ...Object.keys(parseInput(CreateToy, { name: 'Ours' })),
      'label',
      'tags',
      'unitPrice',
      'seenAt',
      'type',
      'email',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), (data) => {
        problems(data);
      }),
      { numRuns: 500 },
    );
  });

  test('text comes out composed, trimmed and storable, or is rejected; reading it again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        if (problems({ notes: text }).length > 0) return;
        const { notes } = parseInput(UpdateToy, { notes: text });
        if (notes === null || notes === undefined) {
          expect(text.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()).toBe('');
          return;
        }
        expect(notes).toBe(notes.normalize('NFC').trim());
        expect(Buffer.from(notes, 'utf8').toString('utf8')).toBe(notes);
        expect(notes).not.toContain('\0');
        expect(parseInput(UpdateToy, { notes })).toEqual({ notes });
      }),
    );
  });
});

describe('a subclass', () => {
  @InputType()
  class StrictToy extends ToyFields {
    @TextField({ max: 3, required: true, description: 'Label.' }) override label!: string;
  }

  test('may declare a member anew: its own rules count, and no others', () => {
    expect(problems({ label: 'abcd' }, StrictToy)).toEqual(['label: TOO_LONG']);
    expect(problems({}, StrictToy)).toEqual(['label: REQUIRED']);
    expect(problems({ label: 'abc' }, StrictToy)).toEqual([]);
    expect(parseInput(UpdateToy, { label: 'abcd' })).toEqual({ label: 'abcd' });
  });
});

describe('through TypeGraphQL', () => {
  @Resolver()
  class ToyResolver {
    static received: unknown;

    @Query(() => Boolean)
    find(
      @Arg('search', () => String) search: string,
      @Arg('filter', () => ToyQuery, { nullable: true }) filter?: ToyQuery,
    ): boolean {
      ToyResolver.received = { search, filter };
      return true;
    }

    @Mutation(() => Boolean)
    createToy(@Arg('input', () => CreateToy) input: CreateToy): boolean {
      ToyResolver.received = input;
      return true;
    }
  }

  const schema = buildSchema({ resolvers: [ToyResolver], validateFn: validateGraphqlArgument });

  async function run(
    source: string,
    variableValues: Record<string, unknown> = {},
  ): Promise<readonly FieldError[] | 'done'> {
    const { errors } = await graphql({ schema: await schema, source, variableValues });
    const cause = errors?.[0]?.originalError;
    if (cause instanceof AppError) return cause.fields ?? [];
    if (errors !== undefined) throw new Error(errors[0]?.message);
    return 'done';
  }

  const create = 'mutation ($input: CreateToy!) { createToy(input: $input) }';

  test('instances are normalised in place like parseInput', async () => {
    const input = { name: ' Ours ', label: '', unitPrice: 5, countryCode: 'be', tags: [' a '] };
    expect(await run(create, { input })).toBe('done');
    expect(ToyResolver.received).toBeInstanceOf(CreateToy);
    expect(ToyResolver.received).toEqual(parseInput(CreateToy, input));
  });

  test('the same errors, in the names of GraphQL', async () => {
    const input = { name: 'x', unitPrice: -1, countryCode: null, label: 'a\0' };
    const fields = rejectionOf(() => parseInput(CreateToy, input));
    expect(fields).toHaveLength(4);
    // GraphQL reads fields in the order of the schema.
    const received = await run(create, { input });
    expect(received).toHaveLength(fields.length);
    expect(received).toEqual(expect.arrayContaining([...fields]));
  });

  test('other text must be storable', async () => {
    const find = 'query ($search: String!, $filter: ToyQuery) { find(search: $search, filter: $filter) }';
    expect(await run(find, { search: 'x' })).toBe('done');
    expect(await run(find, { search: 'x\0' })).toEqual([
      expect.objectContaining({ path: ['search'], code: 'INVALID_CHARACTERS' }),
    ]);
    expect(await run(find, { search: 'x', filter: { page: 0 } })).toEqual([
      expect.objectContaining({ path: ['page'], code: 'OUT_OF_RANGE' }),
    ]);
  });

  test('the SDL says what the decorators say', async () => {
    const sdl = printSchema(await schema);
    expect(sdl).toContain('name: String!');
    expect(sdl).not.toContain('ToyMembers');
    expect(sdl).toContain('unitPrice: Decimal\n');
    expect(sdl).toContain('tags: [String!]\n');
    expect(sdl).toContain('type: ToyType\n');
    expect(sdl).toContain('assignedToId: ID\n');
    expect(sdl).toContain('"""Country. Default: "FR"."""');
  });
});
