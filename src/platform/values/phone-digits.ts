/** Digits by which telephones are searched: as entered, in the national and in the international form. */
import {
  isSupportedCountry,
  parseIncompletePhoneNumber,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/min';

/** Minimum of digits in a search: fewer have no trigram, and nearly every number contains them. */
const MIN_DIGITS = 3;

/** An extension. */
const EXTENSION = /[\s,;]*(?:ext(?:ension)?|poste|x)[\s.:=]*\p{Nd}+\s*$/iu;
/** The international prefix that most countries dial. */
const DIALLED_PREFIX = /^[\s(]*00/;
/** Labels before a number: `tel:`, `Tél.`. */
const BEFORE_NUMBER = /^[^\p{Nd}+(]+/u;

/** Digits of any script, signs and spaces within a telephone number. NFKC has made most of them ASCII. */
const PHONE_CHARACTERS = /^(?:tel:)?[+().,/\p{Nd}\p{Pd}\p{Cf}\s\u2212]+$/iu;

/**
 * The search text of a record's telephones: the digits of each form, separated by spaces, so that no match spans two of them.
 * @param countries for numbers without an international prefix: the first one that has telephone numbers counts
 */
export function searchedDigits(phones: readonly (string | null | undefined)[], countries: readonly string[]): string {
  const forms = phones.flatMap((phone) => (phone ? formsOf(phone, countries) : []));
  const kept = forms.filter((form, index) => form !== '' && !forms.some((other, at) => holds(other, form, at < index)));
  return kept.join(' ');
}

/** Whether another form matches everything that this one matches. Of equal forms the first one stays. */
function holds(other: string, form: string, isBefore: boolean): boolean {
  return other === form ? isBefore : other.includes(form);
}

function formsOf(phone: string, countries: readonly string[]): string[] {
  const entered = digitsOf(phone);
  // Shorter texts are not telephone numbers, and parsing is slow.
  const number = entered.length < 4 ? undefined : parse(phone, countries);
  return number === undefined ? [entered] : [entered, digitsOf(nationalForm(number)), digitsOf(number.number)];
}

function parse(phone: string, countries: readonly string[]): PhoneNumber | undefined {
  const text = phone.normalize('NFKC').replace(EXTENSION, '').replace(BEFORE_NUMBER, '');
  const defaultCountry = countries.find((country): country is CountryCode => isSupportedCountry(country));
  const options = defaultCountry === undefined ? {} : { defaultCountry };
  // People write `00` even where another prefix is dialled, as in the United States.
  return (
    possible(text, options) ?? (DIALLED_PREFIX.test(text) ? possible(text.replace(DIALLED_PREFIX, '+'), {}) : undefined)
  );
}

function possible(text: string, options: { defaultCountry?: CountryCode }): PhoneNumber | undefined {
  const number =
    // Searching for the number within the text doubles the time.
    parsePhoneNumberFromString(text, { ...options, extract: false }) ?? parsePhoneNumberFromString(text, options);
  return number?.isPossible() === true ? number : undefined;
}

/** Without the extension. */
function nationalForm(number: PhoneNumber): string {
  return number.formatNational().replace(EXTENSION, '');
}

function digitsOf(text: string): string {
  return parseIncompletePhoneNumber(text.normalize('NFKC')).replace('+', '');
}

/** `+33 01 …`: drops the national trunk zero after a country code that has one. */
function withoutTrunkZero(digits: string): string {
  return /^[1-9]\d{0,2}0/.test(digits) ? digitsOf(possible(`+${digits}`, {})?.number ?? digits) : digits;
}

/**
 * The digits to search for. An international prefix is dropped, so that numbers entered in the national form are found.
 * @returns undefined for a text that is no telephone number, or has too few digits
 */
export function queriedDigits(query: string): string | undefined {
  const text = query.normalize('NFKC').replace(EXTENSION, '').trim();
  if (!PHONE_CHARACTERS.test(text)) return undefined;
  const isInternational = /^(?:tel:)?[\s(]*(?:\+|00)/i.test(text);
  // `+33 (0)1`: the zero is dialled only within the country.
  const digits = digitsOf(isInternational ? text.replace(/\(0\)/, '') : text);
  const short = digits.replace(/^00/, '');
  return [isInternational ? withoutTrunkZero(short) : short, digits].find(({ length }) => length >= MIN_DIGITS);
}
