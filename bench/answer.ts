/** Brings the peers' answers to one shape, so that they can be compared with the database's rows. */

export type Row = Readonly<Record<string, unknown>>;

/** The value at a path of keys joined by dots; the root for an empty path. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('.').filter(Boolean)) value = isRecord(value) ? value[key] : undefined;
  return value;
}

/** The rows at a path: keys in snake_case, `rowId` as `id`, `{ nodes }` and `{ edges: [{ node }] }` as plain lists. */
export function rowsAt(root: unknown, path: string): Row[] {
  const rows = normalize(valueAt(root, path));
  const list: unknown[] = Array.isArray(rows) ? rows : [rows];
  return list.filter(isRecord);
}

/** Equal as text or as numbers: `"50000.00"` is 50000, a missing key is null. */
export function isSameValue(left: unknown, right: unknown): boolean {
  const [leftText, rightText] = [textOf(left), textOf(right)];
  return leftText === rightText || (leftText !== '' && rightText !== '' && Number(leftText) === Number(rightText));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalize);
  if (!isRecord(value)) return value;
  if (Array.isArray(value.nodes)) return normalize(value.nodes);
  if (Array.isArray(value.edges)) return normalize(value.edges.map((edge) => valueAt(edge, 'node')));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [snakeCase(key), normalize(child)]));
}

function snakeCase(key: string): string {
  return key === 'rowId' ? 'id' : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
