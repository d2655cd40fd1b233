/** Custom scalars. Values are strings in wire form on both sides. No error message repeats the value that was sent. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLDate, GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { isCalendarDate, toUtcInstant } from '../values/calendar.js';
import { readDecimal, type DecimalProblem } from '../values/decimal.js';

const DECIMAL_MESSAGES: Record<DecimalProblem, string> = {
  NOT_A_NUMBER: 'Decimal must be a string or a number in plain decimal notation.',
  TOO_MANY_DECIMALS: 'Decimal takes at most two decimals.',
  OUT_OF_RANGE: 'Decimal takes at most 13 digits before the decimal point.',
};

export const DecimalScalar = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number as a string, e.g. "50000.00". Input accepts a string or a number with at most two decimals.',
  serialize: serializeDecimal,
  parseValue: parseDecimal,
  // Reads the text of the literal, so a long number keeps all its digits.
  parseLiteral: (node) => parseDecimal(literalText(node, [Kind.STRING, Kind.INT, Kind.FLOAT])),
});

export const DateScalar = new GraphQLScalarType<string, string>({
  ...GraphQLDate.toConfig(),
  description: 'A calendar date without a time zone, e.g. "2026-03-31".',
  serialize: parseDate,
  parseValue: parseDate,
  parseLiteral: (node) => parseDate(literalText(node, [Kind.STRING])),
});

export const DateTimeScalar = new GraphQLScalarType<string, string>({
  ...GraphQLDateTime.toConfig(),
  description:
    'An instant (RFC 3339). Input accepts any offset; output is in UTC with milliseconds, e.g. "2026-11-22T12:02:18.758Z".',
  serialize: serializeInstant,
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(literalText(node, [Kind.STRING])),
});

/** For inputs only. Output fields return an instant. */
export const DateOrDateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateOrDateTime',
  description:
    'Input only: an instant in the form of DateTime, or a calendar date, e.g. "2026-03-31". Each input field describes the instant that a date stands for. Output is a DateTime.',
  serialize: serializeInstant,
  parseValue: parseDateOrInstant,
  parseLiteral: (node) => parseDateOrInstant(literalText(node, [Kind.STRING])),
});

export const JsonScalar = new GraphQLScalarType<unknown>({
  ...GraphQLJSON.toConfig(),
  description: 'Any JSON value, as in REST. Names inside it are in snake_case.',
});

function parseDecimal(value: unknown): string {
  const reading = readDecimal(typeof value === 'string' ? value.trim() : value);
  if ('problem' in reading) throw new GraphQLError(DECIMAL_MESSAGES[reading.problem]);
  return reading.text;
}

const STORED_DECIMAL = /^-?\d+\.\d\d$/;

/** Values of the database are passed through without a check of their range: a sum may have more digits than a column. */
function serializeDecimal(value: unknown): string {
  return typeof value === 'string' && STORED_DECIMAL.test(value) ? value : parseDecimal(value);
}

function parseDate(value: unknown): string {
  if (typeof value === 'string' && isCalendarDate(value)) return value;
  throw new GraphQLError('Date must be a calendar date that exists, written YYYY-MM-DD.');
}

function parseInstant(value: unknown): string {
  const instant = typeof value === 'string' ? toUtcInstant(value) : undefined;
  if (instant === undefined) throw new GraphQLError('DateTime must be an RFC 3339 date and time with its offset.');
  return instant;
}

function parseDateOrInstant(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  const moment = isCalendarDate(text) ? text : toUtcInstant(text);
  if (moment !== undefined) return moment;
  throw new GraphQLError('DateOrDateTime must be a date that exists, or an RFC 3339 date and time with its offset.');
}

/** Rows already contain instants in wire form. Strings are passed through without parsing, which matters in lists of 100 records. */
function serializeInstant(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  throw new GraphQLError('DateTime cannot be written from this value.');
}

function literalText(node: ValueNode, kinds: readonly Kind[]): string | undefined {
  return 'value' in node && typeof node.value === 'string' && kinds.includes(node.kind) ? node.value : undefined;
}
