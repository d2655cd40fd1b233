/** Decimals, dates and instants: exact, existing, and never repeated in a message. */
import fc from 'fast-check';
import { parseValue } from 'graphql';
import { isCalendarDate, toUtcInstant } from '../../../src/platform/values/calendar.js';
import { readDecimal } from '../../../src/platform/values/decimal.js';
import { DateScalar, DateTimeScalar, DecimalScalar } from '../../../src/platform/graphql-schema/scalars.js';

/** Cents of every amount that `numeric(15,2)` holds. */
const cents = fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n });

function textOfCents(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

describe('readDecimal', () => {
  test.each([
    ['50000', '50000.00'],
    [50000, '50000.00'],
    ['0.1', '0.10'],
    [0.1, '0.10'],
    ['007.5', '7.50'],
    ['-0.00', '0.00'],
    [-0, '0.00'],
    ['-12.34', '-12.34'],
    ['9999999999999.99', '9999999999999.99'],
    [9999999999999.99, '9999999999999.99'],
  ])('reads %p as %p', (value, text) => {
    expect(readDecimal(value)).toEqual({ text });
  });

  test.each([
    ['1.234', 'TOO_MANY_DECIMALS'],
    ['1.100', 'TOO_MANY_DECIMALS'],
    [0.001, 'TOO_MANY_DECIMALS'],
    [1e-7, 'TOO_MANY_DECIMALS'],
    [0.1 + 0.2, 'TOO_MANY_DECIMALS'],
    ['10000000000000', 'OUT_OF_RANGE'],
    [10000000000000, 'OUT_OF_RANGE'],
    [1e21, 'OUT_OF_RANGE'],
    [Number.MAX_VALUE, 'OUT_OF_RANGE'],
    ...[
      NaN,
      Infinity,
      -Infinity,
      '1e3',
      'NaN',
      'Infinity',
      '',
      '.5',
      '5.',
      '+1',
      '1,5',
      '0x10',
      '١',
      '0'.repeat(1e6),
    ].map((value): [unknown, string] => [value, 'NOT_A_NUMBER']),
    ...[null, undefined, true, {}, [], [1], 1n].map((value): [unknown, string] => [value, 'NOT_A_NUMBER']),
  ])('rejects case %#: %s', (value, problem) => {
    expect(readDecimal(value)).toEqual({ problem });
  });

  test('every amount of the column survives as text and as a JSON number', () => {
    fc.assert(
      fc.property(cents, (value) => {
        const text = textOfCents(value);
        expect(readDecimal(text)).toEqual({ text });
        expect(readDecimal(JSON.parse(text))).toEqual({ text });
      }),
    );
  });

  test('a third decimal is an error, never a rounding', () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 9 }), (value, digit) => {
        expect(readDecimal(`${textOfCents(value)}${digit}`)).toEqual({ problem: 'TOO_MANY_DECIMALS' });
      }),
    );
  });

  test('any number is read as exactly itself or rejected', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const reading = readDecimal(value);
        if ('text' in reading) expect(Number(reading.text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('Decimal', () => {
  test('reads strings and numbers from variables, and the text of literals', () => {
    expect(DecimalScalar.parseValue(' 50000 ')).toBe('50000.00');
    expect(DecimalScalar.parseValue(12.5)).toBe('12.50');
    for (const [literal, text] of [
      ['9999999999999.99', '9999999999999.99'],
      ['"12.5"', '12.50'],
      ['3', '3.00'],
    ] as const) {
      expect(DecimalScalar.parseLiteral(parseValue(literal))).toBe(text);
    }
    expect(DecimalScalar.serialize('50000.00')).toBe('50000.00');
  });

  test.each(['1e3', '12.345', '"1e3"', 'true', '[1]', '{a: 1}', 'ENUM', '10000000000000'])(
    'rejects the literal %s',
    (literal) => {
      expect(() => DecimalScalar.parseLiteral(parseValue(literal))).toThrow(/^Decimal /);
    },
  );
});

describe('Date', () => {
  test.each(['2026-03-31', '2024-02-29', '0001-01-01', '9999-12-31'])('keeps %s', (text) => {
    expect(DateScalar.parseValue(text)).toBe(text);
    expect(DateScalar.parseLiteral(parseValue(`"${text}"`))).toBe(text);
  });

  test.each([
    '2026-02-30',
    '2026-02-29',
    '2026-13-01',
    '0000-01-01',
    '2026-3-1',
    '2026-03-31T00:00:00Z',
    '',
    20260331,
    null,
  ])('rejects %p', (value) => {
    expect(() => DateScalar.parseValue(value)).toThrow(/^Date must be/);
  });

  test('holds exactly the days that exist', () => {
    const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(fc.property(day, (date) => isCalendarDate(date.toISOString().slice(0, 10))));
  });
});

describe('DateTime', () => {
  test.each([
    ['2026-11-22T12:02:18.758Z', '2026-11-22T12:02:18.758Z'],
    ['2026-11-22T14:02:18+02:00', '2026-11-22T12:02:18.000Z'],
    ['2026-11-22t12:02:18.123456789z', '2026-11-22T12:02:18.123Z'],
    ['2026-01-01T00:00:00+14:00', '2025-12-31T10:00:00.000Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(DateTimeScalar.parseValue(text)).toBe(instant);
  });

  test.each([
    '2026-11-22T12:02:18',
    '2026-11-22 12:02:18Z',
    '2026-02-30T00:00:00Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T12:02:60Z',
    '2026-11-22',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    `2026-11-22T12:02:18.${'1'.repeat(100_000)}Z`,
    1763812938758,
    null,
  ])('rejects case %#', (value) => {
    expect(() => DateTimeScalar.parseValue(value)).toThrow(/^DateTime must be/);
  });

  test('every instant keeps its moment, whatever its offset', () => {
    const instant = fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.integer({ min: -23, max: 23 }), (date, hours) => {
        const local = new Date(date.getTime() + hours * 3_600_000).toISOString().slice(0, -1);
        const offset = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
        expect(toUtcInstant(local + offset)).toBe(date.toISOString());
      }),
    );
  });

  test('writes wire form as it is and dates as UTC', () => {
    expect(DateTimeScalar.serialize('2026-11-22T12:02:18.758Z')).toBe('2026-11-22T12:02:18.758Z');
    expect(DateTimeScalar.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(() => DateTimeScalar.serialize(new Date(NaN))).toThrow('DateTime cannot be written');
  });
});

test.each([DecimalScalar, DateScalar, DateTimeScalar])('%s never repeats what was sent', (scalar) => {
  for (const sent of ['s3cret', '2026-02-30-s3cret']) {
    // A message that held the value would end differently.
    expect(() => scalar.parseValue(sent)).toThrow(/^[A-Z][A-Za-z0-9 ,-]+\.$/);
    expect(() => scalar.parseValue(sent)).not.toThrow(/s3cret/);
  }
});
