/** The normal form of filters: equivalent filters have the same one, so a cursor is valid for all of them. */

/** Fields by their names: a filter as it was sent. */
type Fields = Readonly<Record<string, unknown>>;

/** @returns the filter without what asks for nothing, or null where nothing is left: for `null`, `{}`, `{ and: [] }` and `{ not: null }` */
export function filterForm(filter: object | null | undefined): Fields | null {
  if (filter === null || filter === undefined) return null;
  const fields = Object.entries(filter).flatMap(([name, value]: [string, unknown]) => {
    const form = fieldForm(name, value);
    return form === null ? [] : [[name, form] as const];
  });
  return fields.length === 0 ? null : Object.fromEntries(fields);
}

/** @returns null for a field that holds for every record */
function fieldForm(name: string, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (name === 'not') return filterForm(value);
  // A connective is a list of filters: the schema says so.
  return name === 'and' || name === 'or' ? connectiveForm(name, value as readonly object[]) : value;
}

function connectiveForm(name: 'and' | 'or', filters: readonly object[]): readonly unknown[] | null {
  const parts = filters.map(filterForm);
  if (name === 'or') return parts.includes(null) ? null : parts;
  const asking = parts.filter((part) => part !== null);
  return asking.length === 0 ? null : asking;
}
