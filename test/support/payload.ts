/** What mutations answer with: the record stands under its own name. */

/** `updateCustomer`, with its arguments or without → `customer`; `rotateApiKey` → `apiKey`. */
export function recordFieldOf(mutation: string): string {
  const recordType = /^[a-z]+(ApiKey|IdentityProvider|[A-Z][a-z]+)/.exec(mutation)?.[1];
  if (recordType === undefined) throw new Error(`${mutation} names no record`);
  return recordType.charAt(0).toLowerCase() + recordType.slice(1);
}

/** `updateCustomer(id: $id)` → `updateCustomer(id: $id) { customer { id } }`. */
export function withRecord(mutation: string, selection = 'id'): string {
  return `${mutation} { ${recordFieldOf(mutation)} { ${selection} } }`;
}
