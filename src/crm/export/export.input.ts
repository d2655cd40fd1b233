/** The parameters of every CSV export. */
import type { Sentence } from '../../platform/errors/errors.js';
import { BooleanField, EnumField, IntegerField, TextField } from '../../platform/input/fields.js';
import type { InputClass } from '../../platform/input/input-plan.js';
import type { CsvDialect } from '../../platform/postgres/csv.js';

/** A tab can also be given by its name. */
const DELIMITERS = { ';': ';', ',': ',', tab: '\t', '\t': '\t' } as const;
type DelimiterName = keyof typeof DELIMITERS;
const DelimiterName = { ';': ';', ',': ',', tab: 'tab', '\t': '\t' } as const satisfies Record<DelimiterName, string>;

const PROFILES =
  'excel-fr is for people with a French spreadsheet: decimal commas, dd/mm/yyyy, and texts such as 06000, which a spreadsheet ' +
  'would read as numbers, dates or truth values, as ="06000". Without it the file is for programs.';
const Profile = { 'excel-fr': 'excel-fr' } as const;

/** The parameters of an export, beside the filters of its list. */
export interface ExportQuery {
  page?: number | null;
  cursor?: string | null;
  bom?: boolean;
  delimiter?: DelimiterName;
  profile?: keyof typeof Profile | null;
}

const FOLLOW_THE_LINK: Sentence = {
  fr: 'Seul le premier fichier se demande par page=1 : chaque fichier donne le suivant par le lien next de son en-tête Link.',
  en: 'Only the first file is asked for by page=1: each file names the next one by the next link of its Link header.',
};

/** The query of an export: its filters' class with these parameters added. */
export function exportQuery<T extends object>(Filters: InputClass<T>): InputClass<T & ExportQuery> {
  // TypeScript cannot extend a class that is a type parameter.
  class Export extends (Filters as InputClass<object>) implements ExportQuery {
    @IntegerField({
      min: 1,
      max: 1,
      outside: FOLLOW_THE_LINK,
      description:
        'Requests the export in several files: 1 is the first file. Its header `Link: rel="next"` has the address of the next one.',
    })
    page?: number | null;

    @TextField({ max: 4000, description: 'Names a further file; part of the address in `Link: rel="next"`.' })
    cursor?: string | null;

    @BooleanField({
      default: true,
      description: 'Begin with a byte order mark, which French Excel needs to read UTF-8.',
    })
    bom?: boolean;

    @EnumField<DelimiterName>(DelimiterName, {
      default: ';',
      asSent: true,
      description: 'Separator: ; or , or a tab, also by its name.',
    })
    delimiter?: DelimiterName;

    @EnumField(Profile, { description: PROFILES })
    profile?: keyof typeof Profile | null;
  }
  return Export as InputClass<T & ExportQuery>;
}

/** @param timeZone the tenant's */
export function toDialect(query: ExportQuery, timeZone: string): CsvDialect {
  return {
    delimiter: DELIMITERS[query.delimiter ?? ';'],
    bom: query.bom ?? true,
    excelFr: query.profile === 'excel-fr',
    timeZone,
  };
}
