/** Keeps the searched digits of a customer and of its contacts after a change of telephone or country. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TenantSettings } from '../../access/identity/request-context.js';
import { searchedDigits } from '../../platform/values/phone-digits.js';
import { lockContactPhones, writeDigits } from './customer-phones.query.js';
import type { Customer } from './customer.entity.js';

type Phones = Readonly<Pick<Customer, 'phone' | 'mobile' | 'countryCode'>>;

/** The fields that the digits depend on, for a comparison after the change. */
export function phonesOf({ phone, mobile, countryCode }: Phones): Phones {
  return { phone, mobile, countryCode };
}

/** National numbers are read in the customer's country. Contacts have no country of their own. */
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

/** Includes deleted contacts, which can be restored. The lock keeps their telephones from changing. */
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
