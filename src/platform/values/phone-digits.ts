/** Telephones as they are searched: by their digits, in the form in which they were entered, the national and the international one. */
import {
  isSupportedCountry,
  parseIncompletePhoneNumber,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/min';

/** Fewer digits are not looked for: they have no trigram, and nearly every number holds them. */
const MIN_DIGITS = 3;

/** The number of a desk behind the number of the house. */
const EXTENSION = /[\s,;]*(?:ext(?:ension)?|poste|x)[\s.:=]*\p{Nd}+\s*$/iu;
/** How the international form begins where people dial from most countries. */
const DIALLED_PREFIX = /^[\s(]*00/;
/** What people write before a number: `tel:`, `Tél.`. */
const BEFORE_NUMBER = /^[^\p{Nd}+(]+/u;

/** Digits of any script, signs and blanks of any kind that stand between the digits of a telephone. NFKC has made most of them ASCII. */
const PHONE_CHARACTERS = /^(?:tel:)?[+().,/\p{Nd}\p{Pd}\p{Cf}\s\u2212]+$/iu;

/**
 * What a record's telephones are found by: separate digits with blanks between them, so that no match runs from one into another.
 * @param countries whose national form a number without a prefix is in: the first of them that has telephones
 */
export function searchedDigits(phones: readonly (string | null | undefined)[], countries: readonly string[]): string {
  const forms = phones.flatMap((phone) => (phone ? formsOf(phone, countries) : []));
  const kept = forms.filter((form, index) => form !== '' && !forms.some((other, at) => holds(other, form, at < index)));
  return kept.join(' ');
}

/** Whether the other form finds whatever this one finds. Of equal ones the first stays. */
function holds(other: string, form: string, isBefore: boolean): boolean {
  return other === form ? isBefore : other.includes(form);
}

function formsOf(phone: string, countries: readonly string[]): string[] {
  const entered = digitsOf(phone);
  // What is shorter is nobody's number, and parsing is slow.
  const number = entered.length < 4 ? undefined : parse(phone, countries);
  return number === undefined ? [entered] : [entered, digitsOf(nationalForm(number)), digitsOf(number.number)];
}

function parse(phone: string, countries: readonly string[]): PhoneNumber | undefined {
  const text = phone.normalize('NFKC').replace(EXTENSION, '').replace(BEFORE_NUMBER, '');
  const defaultCountry = countries.find((country): country is CountryCode => isSupportedCountry(country));
  const options = defaultCountry === undefined ? {} : { defaultCountry };
  // People write `00` also where another prefix is dialled, as in the United States.
  return (
    possible(text, options) ?? (DIALLED_PREFIX.test(text) ? possible(text.replace(DIALLED_PREFIX, '+'), {}) : undefined)
  );
}

function possible(text: string, options: { defaultCountry?: CountryCode }): PhoneNumber | undefined {
  const number =
    // Looking for the number within the text doubles the time.
    parsePhoneNumberFromString(text, { ...options, extract: false }) ?? parsePhoneNumberFromString(text, options);
  return number?.isPossible() === true ? number : undefined;
}

/** An extension is not part of it. */
function nationalForm(number: PhoneNumber): string {
  return number.formatNational().replace(EXTENSION, '');
}

function digitsOf(text: string): string {
  return parseIncompletePhoneNumber(text.normalize('NFKC')).replace('+', '');
}

/** `+33 01 …`: the zero of the national form has no place behind the country's code, which says whether there is one. */
function withoutTrunkZero(digits: string): string {
  return /^[1-9]\d{0,2}0/.test(digits) ? digitsOf(possible(`+${digits}`, {})?.number ?? digits) : digits;
}

/**
 * The digits that a query looks for. A prefix of the international form is dropped, so that it finds numbers entered in the national one.
 * @returns undefined for what is no telephone, or has too few digits
 */
export function queriedDigits(query: string): string | undefined {
  const text = query.normalize('NFKC').replace(EXTENSION, '').trim();
  if (!PHONE_CHARACTERS.test(text)) return undefined;
  const isInternational = /^(?:tel:)?[\s(]*(?:\+|00)/i.test(text);
  // `+33 (0)1`: the zero is for those who call from within the country.
  const digits = digitsOf(isInternational ? text.replace(/\(0\)/, '') : text);
  const short = digits.replace(/^00/, '');
  return [isInternational ? withoutTrunkZero(short) : short, digits].find(({ length }) => length >= MIN_DIGITS);
}
