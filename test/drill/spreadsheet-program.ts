/** LibreOffice without a screen, in a French locale: opens CSV files and says what its cells hold. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Papa from 'papaparse';

/** How a file is opened: as a double click does, or with every column declared as text. */
export type Opening = 'by itself' | 'dates recognized' | 'as text';

/** What is written back: the values of cells, or, of cells that have one, the formula. */
export type Contents = 'values' | 'formulas';

/** Of LibreOffice's filter for CSV: separator, quote, UTF-8, first line; then, after the columns, the French language. */
const FORMAT = '59,34,76,1';
const FRENCH = '1036,false';
const MAX_COLUMNS = 40;
const LIMIT_MS = 120_000;

const FRENCH_LOCALE = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop></item>
</oor:items>`;

export class SpreadsheetProgram {
  private readonly profile: string;

  private constructor(
    private readonly folder: string,
    readonly version: string,
  ) {
    this.profile = path.join(folder, 'profile');
    mkdirSync(path.join(this.profile, 'user'), { recursive: true });
    writeFileSync(path.join(this.profile, 'user', 'registrymodifications.xcu'), FRENCH_LOCALE);
  }

  /** @returns undefined where there is no LibreOffice on this machine */
  static find(folder: string): SpreadsheetProgram | undefined {
    const { status, stdout } = spawnSync('soffice', ['--version'], { encoding: 'utf8' });
    return status === 0 ? new SpreadsheetProgram(folder, stdout.trim()) : undefined;
  }

  /** @returns the rows of each file, its header first */
  read(files: readonly string[], opening: Opening, contents: Contents): string[][][] {
    const out = path.join(this.folder, `${opening} ${contents}`.replaceAll(' ', '-'));
    const input = `CSV:${FORMAT},${columnsOf(opening)},${FRENCH},${opening === 'dates recognized'}`;
    const output = `csv:Text - txt - csv (StarCalc):${FORMAT},,${FRENCH},true,false,${contents === 'formulas'}`;
    const settings = [`-env:UserInstallation=${pathToFileURL(this.profile).href}`, '--headless', `--infilter=${input}`];
    const { status, stderr } = spawnSync('soffice', [...settings, '--convert-to', output, '--outdir', out, ...files], {
      encoding: 'utf8',
      timeout: LIMIT_MS,
    });
    if (status !== 0) throw new Error(`LibreOffice ended with ${status ?? 'a signal'}: ${stderr}`);
    return files.map((file) => rowsOf(readFileSync(path.join(out, path.basename(file)), 'utf8')));
  }
}

function columnsOf(opening: Opening): string {
  if (opening !== 'as text') return '';
  return Array.from({ length: MAX_COLUMNS }, (_, index) => `${index + 1}/2`).join('/');
}

/** The rows of a file with semicolons; line ends within cells as LibreOffice writes them. */
export function rowsOf(text: string): string[][] {
  const { data } = Papa.parse<string[]>(text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'), {
    delimiter: ';',
    newline: '\n',
  });
  return data.slice(0, -1);
}
