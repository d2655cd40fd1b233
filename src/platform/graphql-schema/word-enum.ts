/** GraphQL enums whose names are the REST values in capitals: `customer:update` is `CUSTOMER_UPDATE`. */

function nameOf(word: string): string {
  return word.toUpperCase().replaceAll(':', '_');
}

/** @returns the object for `registerEnumType`: name → REST value */
export function enumOfWords(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(words.map((word) => [nameOf(word), word]));
}

interface Description {
  readonly description: string;
}

/** @returns the `valuesConfig` for such an enum, from descriptions by REST value */
export function describeWords(
  descriptions: Readonly<Record<string, Description>>,
): Readonly<Record<string, Description>> {
  return Object.fromEntries(Object.entries(descriptions).map(([word, description]) => [nameOf(word), description]));
}

/** @returns the `valuesConfig` for an enum of the codes of a catalogue */
export function describeCodes<Entry>(
  catalogue: Readonly<Record<string, Entry>>,
  describe: (entry: Entry) => string,
): Readonly<Record<string, Description>> {
  return Object.fromEntries(Object.entries(catalogue).map(([code, entry]) => [code, { description: describe(entry) }]));
}
