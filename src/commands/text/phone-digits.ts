/** Writes the searched digits of telephones that were stored before the service wrote them. The version stays, and no event is written. */
import { inTenantTransaction } from '../../access/writes/transaction.js';
import { searchedDigits } from '../../platform/values/phone-digits.js';
import { writeDigits, type PhoneTable } from '../../crm/customer/customer-phones.query.js';
import type { Database } from '../../tenancy/database.js';
import { lockPhones, readTenantCountry } from './phone-digits.query.js';

interface Renewal {
  readonly database: Database;
  readonly tenantId: string;
  /** Changes nothing. */
  readonly isDryRun: boolean;
}

/**
 * Can be stopped and started again at any point: correct rows are not changed.
 * @returns the number of rows that were wrong
 */
export async function renewDigits(renewal: Renewal): Promise<number> {
  let count = 0;
  for (const table of ['customers', 'contacts'] as const) {
    let after: string | undefined = '00000000-0000-0000-0000-000000000000';
    while (after !== undefined) {
      const page: Page = await renewPage(renewal, table, after);
      count += page.changed;
      after = page.last;
    }
  }
  return count;
}

interface Page {
  readonly changed: number;
  /** Id of the last row; undefined for an empty page. */
  readonly last: string | undefined;
}

function renewPage({ database, tenantId, isDryRun }: Renewal, table: PhoneTable, after: string): Promise<Page> {
  return inTenantTransaction(
    database,
    tenantId,
    async (em) => {
      const country = await readTenantCountry(em);
      const rows = await lockPhones(em, table, after);
      const changed = rows
        .map(({ id, phone, mobile, countryCode, searchPhone }) => {
          return { id, searchPhone, digits: searchedDigits([phone, mobile], [countryCode, country]) };
        })
        .filter(({ searchPhone, digits }) => digits !== searchPhone.trim());
      await writeDigits(em, table, changed);
      return { changed: changed.length, last: rows.at(-1)?.id };
    },
    isDryRun ? 'rollback' : 'commit',
  );
}
