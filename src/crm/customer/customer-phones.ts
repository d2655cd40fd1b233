/** What the telephones of a customer and of its contacts are found by, after a change. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TenantSettings } from '../../access/identity/request-context.js';
import { searchedDigits } from '../../platform/values/phone-digits.js';
import { lockContactPhones, writeDigits } from './customer-phones.query.js';
import type { Customer } from './customer.entity.js';

type Phones = Readonly<Pick<Customer, 'phone' | 'mobile' | 'countryCode'>>;

/** As they are now, for a comparison after the change. */
export function phonesOf({ phone, mobile, countryCode }: Phones): Phones {
  return { phone, mobile, countryCode };
}

/** National numbers are those of the customer's country, its contacts' as well: they have no country of their own. */
export async function renewDigits(
  em: EntityManager,
  tenant: Pick<TenantSettings, 'countryCode'>,
  customer: Customer,
  before: Phones,
): Promise<void> {
  const { id, phone, mobile, countryCode } = customer;
  const isOtherCountry = countryCode !== before.countryCode;
  const countries = [countryCode, tenant.countryCode];
  if (isOtherCountry || phone !== before.phone || mobile !== before.mobile)
    customer.searchPhone = searchedDigits([phone, mobile], countries);
  if (isOtherCountry) await renewContacts(em, id, countries);
}

/** Deleted ones too, since they can be restored. They are locked, so that no telephone changes meanwhile. */
async function renewContacts(em: EntityManager, customerId: string, countries: readonly string[]): Promise<void> {
  for await (const contacts of lockContactPhones(em, customerId)) {
    const changed = contacts
      .map(({ id, phone, mobile, searchPhone }) => ({
        id,
        searchPhone,
        digits: searchedDigits([phone, mobile], countries),
      }))
      .filter(({ searchPhone, digits }) => digits !== searchPhone);
    await writeDigits(em, 'contacts', changed);
  }
}
