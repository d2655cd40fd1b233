/** What mutations answer with: the record stands under its own name. */

/** `updateCustomer`, with its arguments or without → `customer`. */
export function recordFieldOf(mutation: string): string {
  const recordType = /^[a-z]+([A-Z][a-z]+)/.exec(mutation)?.[1];
  if (recordType === undefined) throw new Error(`${mutation} names no record`);
  return recordType.toLowerCase();
}

/** `updateCustomer(id: $id)` → `updateCustomer(id: $id) { customer { id } }`. */
export function withRecord(mutation: string, selection = 'id'): string {
  return `${mutation} { ${recordFieldOf(mutation)} { ${selection} } }`;
}
