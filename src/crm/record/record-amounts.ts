/** The rule that an amount has no more decimals than its currency. */
import { validationError, type FieldError, type Sentence } from '../../platform/errors/errors.js';
import { hasNoDecimals, isWholeAmount } from '../../platform/values/currency.js';

/** A record's currency and amounts, by property. */
export type Amounts<Name extends string> = Readonly<Partial<Record<Name, string | null | undefined>>> & {
  readonly currency: string;
};

/** A record's amounts and currency, for a comparison after the change. */
export function amountsOf<Name extends string>(record: Amounts<Name>, names: readonly Name[]): Amounts<Name> {
  const amounts: Partial<Record<Name, string | null | undefined>> = {};
  for (const name of names) amounts[name] = record[name];
  return { ...amounts, currency: record.currency };
}

/**
 * Checks what a change sets. An unchanged amount in an unchanged currency is accepted.
 * @param before undefined for a new record
 * @throws AppError VALIDATION_FAILED that names the amount, or the currency if only that was changed
 */
export function requireCurrencyDecimals<Name extends string>(
  after: Amounts<Name>,
  before: Amounts<Name> | undefined,
  names: readonly Name[],
): void {
  const { currency } = after;
  if (!hasNoDecimals(currency)) return;
  const wrong = new Set(names.flatMap((name) => wrongField(name, after, before)));
  if (wrong.size === 0) return;
  const message = sentenceOf(currency);
  throw validationError([...wrong].map((name): FieldError => ({ path: [name], code: 'TOO_MANY_DECIMALS', message })));
}

function wrongField<Name extends string>(
  name: Name,
  after: Amounts<Name>,
  before: Amounts<Name> | undefined,
): (Name | 'currency')[] {
  const amount = after[name];
  if (typeof amount !== 'string' || isWholeAmount(amount)) return [];
  if (amount !== before?.[name]) return [name];
  return after.currency === before.currency ? [] : ['currency'];
}

function sentenceOf(currency: string): Sentence {
  return {
    fr: `Les montants en ${currency} n'ont pas de décimales.`,
    en: `Amounts in ${currency} have no decimals.`,
  };
}
