/** The parameters of every CSV export. */
import { BooleanField, EnumField, IntegerField } from '../../platform/input/fields.js';
import type { InputClass } from '../../platform/input/members.js';
import type { CsvDialect } from '../../platform/postgres/csv.js';

/** A tab has a name, for as a parameter it would be a blank, which is trimmed. */
const DELIMITERS = { ';': ';', ',': ',', tab: '\t' } as const;
type DelimiterName = keyof typeof DELIMITERS;
const DelimiterName = { ';': ';', ',': ',', tab: 'tab' } as const satisfies Record<DelimiterName, string>;

const Profile = { 'excel-fr': 'excel-fr' } as const;

/** What an export takes beside its list's filters. */
export interface ExportQuery {
  page?: number | null;
  bom?: boolean;
  delimiter?: DelimiterName;
  profile?: keyof typeof Profile | null;
}

/** The query of an export: its filters' class with these parameters added. */
export function exportQuery<T extends object>(Filters: InputClass<T>): InputClass<T & ExportQuery> {
  // TypeScript cannot extend a class that is a type parameter.
  class Export extends (Filters as InputClass<object>) implements ExportQuery {
    @IntegerField({ min: 1, max: 1_000_000, description: 'Part of a file beyond the limit of rows, from 1.' })
    page?: number | null;

    @BooleanField({
      default: true,
      description: 'Begin with a byte order mark, which French Excel needs to read UTF-8.',
    })
    bom?: boolean;

    @EnumField<DelimiterName>(DelimiterName, { default: ';', description: 'Separator: ; or , or tab.' })
    delimiter?: DelimiterName;

    @EnumField(Profile, { description: 'excel-fr: decimal commas and dd/mm/yyyy.' })
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
