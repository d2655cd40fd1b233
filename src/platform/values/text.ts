/** What every text is asked, and how names are written in REST. */

// PostgreSQL rejects NUL in text, UTF-8 has no unpaired surrogates.
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** @returns whether the text can be stored: no NUL, no unpaired surrogate */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** @returns whether the text has more code points than this */
export function isLonger(text: string, length: number): boolean {
  // A code point is one or two units: past twice the length there is nothing to count.
  return text.length > length && (text.length > 2 * length || Array.from(text).length > length);
}

/** @returns the field that a name of REST or a column stands for: `address_line1` → `addressLine1` */
export function toFieldName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * @returns the REST name of a field, which is also its column's: `addressLine1` → `address_line1`. GraphQL's references end in `Id`;
 * those that say by a preposition that they lead to somebody do without it in REST: `assignedToId` → `assigned_to`.
 */
export function toRestName(name: string): string {
  return name.replace(/(?<=To|By)Id$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
