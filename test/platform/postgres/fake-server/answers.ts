/** The language of the fake server: each text holds its own answer, so that a test can tell whose rows it was given. */
import type { Column } from './messages.js';

/** `rows` answers some, `empty` none of a described type, `change` has none to describe, `blank` is no statement. */
export type StatementKind = 'rows' | 'empty' | 'change' | 'blank';

export interface StatementDefinition {
  readonly id: string;
  readonly type: StatementKind;
  readonly rows: number;
  /** Its columns are others after the migration. */
  readonly isMigrated: boolean;
  /** Too long to be kept under a name. */
  readonly isLong: boolean;
}

const PADDING = ' '.repeat(9000);

/** The text of a statement, without the parameter that is added to it. */
export function textOf({ id, type, rows, isMigrated, isLong }: StatementDefinition): string {
  if (type === 'blank') return `-- ${id}`;
  return `/* ${id} ${type} ${rows} ${isMigrated ? 'migrated' : 'stays'} */${isLong ? PADDING : ''} select`;
}

/** What the text says, or undefined for any other text. */
function definitionIn(text: string): StatementDefinition | undefined {
  const [, id = '', type, rows, migrated] = /^\/\* (\S+) (rows|empty|change) (\d+) (\w+) \*\//.exec(text) ?? [];
  if (type !== 'rows' && type !== 'empty' && type !== 'change') return undefined;
  return { id, type, rows: Number(rows), isMigrated: migrated === 'migrated', isLong: false };
}

interface Cell extends Column {
  readonly wire: (row: number) => string | null;
  /** What the client should make of it. */
  readonly read: (row: number) => unknown;
}

function cellsOf({ id, isMigrated }: StatementDefinition, value: string | null, generation: number): readonly Cell[] {
  const isOther = isMigrated && generation > 0;
  return [
    { name: 'statement', type: 25, wire: () => id, read: () => id },
    { name: 'n', type: 23, wire: String, read: (row) => row },
    { name: 'value', type: 25, wire: () => value, read: () => value },
    { name: 'nothing', type: 23, wire: () => null, read: () => null },
    { name: 'even', type: 16, wire: (row) => (row % 2 ? 'f' : 't'), read: (row) => row % 2 === 0 },
    isOther
      ? { name: 'changing', type: 25, wire: (row) => `0${row}`, read: (row) => `0${row}` }
      : { name: 'changing', type: 23, wire: (row) => String(row * 7), read: (row) => row * 7 },
    { name: 'growing', type: 25, wire: (row) => 'é🙂'.repeat(row), read: (row) => 'é🙂'.repeat(row) },
    ...(isOther ? [{ name: 'added', type: 25, wire: () => 'new', read: () => 'new' }] : []),
  ];
}

export interface Answer {
  /** Undefined: nothing to describe. */
  readonly columns: readonly Column[] | undefined;
  readonly rows: readonly (readonly (string | null)[])[];
  /** Empty for a blank text. */
  readonly tag: string;
}

const rowNumbers = ({ rows, type }: StatementDefinition): number[] =>
  type === 'rows' ? Array.from({ length: rows }, (_one, row) => row) : [];

const tagOf = (definition: StatementDefinition): string =>
  definition.type === 'change' ? `UPDATE ${definition.rows}` : `SELECT ${rowNumbers(definition).length}`;

/** What the server sends for a text. @param generation 1 after the migration */
export function answerTo(text: string, values: readonly (string | null)[], generation: number): Answer {
  const definition = definitionIn(text);
  if (!definition) return { columns: undefined, rows: [], tag: isBlank(text) ? '' : firstWord(text) };
  const cells = cellsOf(definition, values[0] ?? null, generation);
  return {
    columns: definition.type === 'change' ? undefined : cells.map(({ name, type }) => ({ name, type })),
    rows: rowNumbers(definition).map((row) => cells.map(({ wire }) => wire(row))),
    tag: tagOf(definition),
  };
}

/** What the client should give for a statement. */
export function expectedOf(definition: StatementDefinition, value: string, generation: number) {
  if (definition.type === 'blank') return { rows: [], tag: '' };
  const cells = cellsOf(definition, value, generation);
  const rows = rowNumbers(definition).map((row) =>
    Object.fromEntries(cells.map(({ name, read }) => [name, read(row)])),
  );
  return { rows, tag: tagOf(definition) };
}

export const isBlank = (text: string): boolean => /^(?:--.*|\s*)$/.test(text);

export function firstWord(text: string): string {
  return (/\w+/.exec(text)?.[0] ?? '').toUpperCase();
}

/** One line of a COPY: a length that the test can choose, and bytes that tell its row. */
export function copyLine(row: number, length: number): Buffer {
  const start = `${row}:`;
  return Buffer.from(`${start}${String.fromCharCode(97 + (row % 26)).repeat(Math.max(length - start.length, 0))}\n`);
}

/** `COPY` of lines of these lengths, for a batch that is known by its number. */
export function copyText(batch: number, lengths: readonly number[]): string {
  return `COPY (batch ${batch}, lines ${lengths.join(' ')}) TO STDOUT`;
}

export function copyLinesIn(text: string): Buffer[] | undefined {
  const lengths = /^COPY \(batch \d+, lines ([\d ]*)\)/.exec(text)?.[1];
  return lengths?.split(' ').flatMap((length, row) => (length === '' ? [] : [copyLine(row, Number(length))]));
}
