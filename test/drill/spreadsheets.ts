/**
 * `spreadsheets`: the four CSV files in both profiles through LibreOffice in a French locale and back, with texts that spreadsheets
 * run, or take for something else. Promises: no file has a formula but `="…"` around a text; in `excel-fr` every text, amount
 * and date is what the record holds, however the file is opened; the file for programs is that when its columns are declared as text.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { activityColumns } from '../../src/crm/activity/activity.csv.js';
import { contactColumns } from '../../src/crm/contact/contact.csv.js';
import { customerColumns } from '../../src/crm/customer/customer.csv.js';
import { opportunityColumns } from '../../src/crm/opportunity/opportunity.csv.js';
import type { CsvColumn, CsvColumnType } from '../../src/platform/postgres/csv.js';
import { ServiceProcess } from '../support/service-process.js';
import { DrillCluster } from './cluster.js';
import { fillSheets } from './spreadsheet-records.js';
import { rowsOf, SpreadsheetProgram, type Opening } from './spreadsheet-program.js';
import type { Identity } from './requester.js';
import { Tally } from './tally.js';
import { drillFolder, makeTenant, signIn, superuserPool } from './world.js';

type Say = (line: string) => void;

const FILES: Readonly<Record<string, readonly CsvColumn[]>> = {
  customers: customerColumns,
  contacts: contactColumns,
  opportunities: opportunityColumns,
  activities: activityColumns,
};

export async function drillSpreadsheets({ say }: { readonly say: Say }): Promise<Tally> {
  const tally = new Tally();
  const folder = drillFolder();
  const program = SpreadsheetProgram.find(folder);
  if (!program) {
    tally.broken(
      'There is no LibreOffice on this machine: nothing was compared. Install it so that soffice is on the PATH.',
    );
    return tally;
  }
  say(`spreadsheets: ${program.version}; the files in ${folder}`);
  await using cluster = await DrillCluster.start();
  const database = await cluster.makeDatabase();
  const pool = superuserPool(database, 2);
  const service = new ServiceProcess({ DATABASE_URL: database.appUrl }, path.join(folder, 'service.log'));
  try {
    await service.start();
    const sheets = await download(service, pool, tally, folder);
    compareAll(program, sheets, tally, say);
  } finally {
    await service.end('SIGTERM');
    await pool.end();
  }
  return tally;
}

/** One record type in both profiles. */
interface Sheet {
  readonly name: string;
  readonly columns: readonly CsvColumn[];
  /** Where each file is. */
  readonly programs: string;
  readonly people: string;
  /** Rows of the file for programs as they came: what all else is compared with. */
  readonly rows: readonly (readonly string[])[];
}

async function download(service: ServiceProcess, pool: pg.Pool, tally: Tally, folder: string): Promise<Sheet[]> {
  const [user] = await makeTenant(pool, 'sheets', 1);
  if (!user) throw new Error('There is nobody to sign in.');
  await fillSheets(pool, user.tenantId);
  const identity = await signIn(() => service.origin, user, tally);
  const sheets: Sheet[] = [];
  for (const [name, columns] of Object.entries(FILES)) {
    const save = async (profile: string, query: string): Promise<{ readonly file: string; readonly text: string }> => {
      const text = await fetchFile(`${service.origin}/v1/commercial/export/${name}${query}`, identity);
      const file = path.join(folder, profile, `${name}.csv`);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return { file, text };
    };
    const programs = await save('programs', '');
    const people = await save('excel-fr', '?profile=excel-fr');
    sheets.push({ name, columns, programs: programs.file, people: people.file, rows: rowsOf(programs.text).slice(1) });
  }
  return sheets;
}

async function fetchFile(address: string, { token, tenantId }: Identity): Promise<string> {
  const response = await fetch(address, { headers: { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId } });
  if (response.status !== 200) throw new Error(`${address}: ${response.status}`);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
}

function compareAll(program: SpreadsheetProgram, sheets: readonly Sheet[], tally: Tally, say: Say): void {
  const openings: readonly [keyof Pick<Sheet, 'programs' | 'people'>, Opening][] = [
    ['people', 'by itself'],
    ['people', 'dates recognized'],
    ['programs', 'as text'],
    ['programs', 'dates recognized'],
  ];
  for (const [profile, opening] of openings) {
    const files = sheets.map((sheet) => sheet[profile]);
    const values = program.read(files, opening, 'values');
    const formulas = program.read(files, opening, 'formulas');
    sheets.forEach((sheet, index) => {
      const comparison = new Comparison(
        `${profile === 'people' ? 'excel-fr' : 'programs'}, ${opening}: ${sheet.name}`,
        tally,
      );
      // Opened by a double click, the file for programs promises that nothing in it runs, no more.
      const isPromised = !(profile === 'programs' && opening !== 'as text');
      comparison.compare(sheet, values[index]?.slice(1) ?? [], isPromised);
      comparison.checkFormulas(formulas[index] ?? [], profile === 'people');
      say(comparison.report());
    });
  }
}

/** Texts that `excel-fr` may not put into a formula: a spreadsheet still reads some of them as values, as the guide says. */
const BEYOND_FORMULAS = /[^0-9A-Za-z+().,/ -]|^.{251}/s;

const TEXT_KINDS: ReadonlySet<CsvColumnType> = new Set(['text', 'phone', 'textList', 'word', 'uuid', 'boolean']);

class Comparison {
  private cells = 0;
  private equal = 0;
  private zeros = 0;
  private zerosKept = 0;
  private formulas = 0;
  private beyond = 0;
  private changed = 0;

  constructor(
    private readonly name: string,
    private readonly tally: Tally,
  ) {}

  compare({ columns, rows }: Sheet, shown: readonly (readonly string[])[], isPromised: boolean): void {
    if (shown.length !== rows.length) this.tally.broken(`${this.name}: ${shown.length} rows, not ${rows.length}`);
    rows.forEach((row, index) => {
      columns.forEach((column, place) => {
        this.look(column, row[place] ?? '', shown[index]?.[place] ?? '', isPromised);
      });
    });
  }

  private look({ header, type }: CsvColumn, written: string, shown: string, isPromised: boolean): void {
    const isEqual = isSame(type, written, shown);
    this.cells += 1;
    if (isEqual) this.equal += 1;
    if (isDigitText(type, written)) {
      this.zeros += 1;
      if (isEqual) this.zerosKept += 1;
    }
    if (isEqual) return;
    if (!isPromised) this.changed += 1;
    else if (BEYOND_FORMULAS.test(written)) this.beyond += 1;
    else
      this.tally.broken(
        `${this.name}, ${header}: ${JSON.stringify(written)} became ${JSON.stringify(shown)}`,
        this.name,
      );
  }

  /** A cell with a formula is written as `=…`; a guarded text begins with its apostrophe. */
  checkFormulas(rows: readonly (readonly string[])[], mayShowText: boolean): void {
    for (const cell of rows.flat().filter((one) => one.startsWith('='))) {
      this.formulas += 1;
      if (!mayShowText || !/^="[^"]*"$/.test(cell))
        this.tally.broken(`${this.name}: the formula ${cell}`, `${this.name}: formula`);
    }
  }

  report(): string {
    const { cells, equal, zeros, zerosKept, formulas, beyond, changed } = this;
    const notes = [
      `${equal} of ${cells} cells equal`,
      `${zerosKept} of ${zeros} leading zeros kept`,
      `${formulas} formulas`,
    ];
    if (beyond > 0) notes.push(`${beyond} changed that no formula may hold`);
    if (changed > 0) notes.push(`${changed} changed, none promised`);
    return `  ${this.name.padEnd(46)} ${notes.join(', ')}`;
  }
}

/** A text with a zero to lose. */
function isDigitText(type: CsvColumnType, written: string): boolean {
  return (type === 'text' || type === 'phone') && /^0\d/.test(written);
}

function isUnguarded(written: string, shown: string): boolean {
  return written === `'${shown}` && !shown.startsWith('=');
}

/** @param written in the file for programs @param shown by the spreadsheet */
function isSame(type: CsvColumnType, written: string, shown: string): boolean {
  if (shown === written) return true;
  // What is shown as a formula's text needs no guard.
  if (TEXT_KINDS.has(type)) return isUnguarded(written, shown);
  if (shown === '' || written === '') return false;
  if (type === 'date' || type === 'instant') return shown === written.split('-').reverse().join('/');
  return Number(shown.replace(',', '.')) === Number(written);
}
