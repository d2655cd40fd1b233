/** Decimals of amounts. */

/**
 * ISO 4217 currencies without a minor unit, as of its list of 2026. Not from `Intl`: its data are what people use in daily life, where a dozen
 * currencies (ALL, LBP, YER …) have lost the hundredths that the standard, and banks, still give them.
 */
const WHOLE = new Set(
  ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV'].concat([
    'XAF',
    'XOF',
    'XPF',
  ]),
);

/** Whether amounts in the currency have no decimals. All others have two here, also where the currency has three or four. */
export function hasNoDecimals(currency: string): boolean {
  return WHOLE.has(currency);
}

/** @param amount exact text with two decimals */
export function isWholeAmount(amount: string): boolean {
  return amount.endsWith('.00');
}
