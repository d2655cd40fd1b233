/** Decimal places of amounts by currency. */

/**
 * ISO 4217 currencies without a minor unit, by the list of 2026. `Intl` is not used: it follows daily life, in which a dozen
 * currencies (ALL, LBP, YER …) have no hundredths, although the standard and banks still have them.
 */
const WHOLE = new Set(
  ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV'].concat([
    'XAF',
    'XOF',
    'XPF',
  ]),
);

/** Whether amounts in the currency have no decimals. All others have two, even if the currency has three or four. */
export function hasNoDecimals(currency: string): boolean {
  return WHOLE.has(currency);
}

/** @param amount exact text with two decimals */
export function isWholeAmount(amount: string): boolean {
  return amount.endsWith('.00');
}
