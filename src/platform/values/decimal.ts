/** Exact decimals with two decimal places: money and percentages, as text from the caller to the column and back. */

export type DecimalProblem = 'NOT_A_NUMBER' | 'TOO_MANY_DECIMALS' | 'OUT_OF_RANGE';
type DecimalReading = { readonly text: string } | { readonly problem: DecimalProblem };

/** Digits before the point that `numeric(15,2)` holds. */
const MAX_INTEGER_DIGITS = 13;
// Longer text is rejected first: the expression below is quadratic on a long run of zeros.
const MAX_TEXT_LENGTH = 40;
const DECIMAL = /^(-?)0*(\d+)(?:\.(\d+))?$/;

/**
 * Reads a decimal that a caller sent, without rounding: `"50000"`, `50000` and `"50000.00"` are all `50000.00`.
 * A JSON number counts by its shortest text; within 13 digits and two decimals that is the number that was written.
 */
export function readDecimal(value: unknown): DecimalReading {
  if (typeof value === 'number') return readNumber(value);
  return typeof value === 'string' ? readText(value) : { problem: 'NOT_A_NUMBER' };
}

function readNumber(value: number): DecimalReading {
  if (!Number.isFinite(value)) return { problem: 'NOT_A_NUMBER' };
  if (!Number.isSafeInteger(Math.round(value * 100))) return { problem: 'OUT_OF_RANGE' };
  const text = String(value);
  // A safe number in exponent form: closer to zero than 0.000001.
  return text.includes('e') ? { problem: 'TOO_MANY_DECIMALS' } : readText(text);
}

function readText(text: string): DecimalReading {
  const parts = text.length > MAX_TEXT_LENGTH ? null : DECIMAL.exec(text);
  return parts === null ? { problem: 'NOT_A_NUMBER' } : readDigits(parts[1], parts[2], parts[3]);
}

function readDigits(sign = '', integer = '', decimals = ''): DecimalReading {
  if (decimals.length > 2) return { problem: 'TOO_MANY_DECIMALS' };
  if (integer.length > MAX_INTEGER_DIGITS) return { problem: 'OUT_OF_RANGE' };
  const digits = `${integer}.${decimals.padEnd(2, '0')}`;
  return { text: digits === '0.00' ? digits : sign + digits };
}
