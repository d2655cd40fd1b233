/** Reads of contacts: plain rows of one tenant. Each statement names the tenant. */
import type { EntityManager } from '@mikro-orm/postgresql';
import type { RecordTypeTable } from '../../access/loaders/record-reads.js';
import { ownRecordSql } from '../../access/rights/ownership.query.js';
import { runStatement } from '../../tenancy/open-transaction.js';
import { tenantOf } from '../../tenancy/tenancy.js';
import type { TenantReader } from '../../tenancy/tenant-reader.js';
import { conditionsSql, everyPropertyOf, recordSql, selectListSql } from '../../platform/lists/record-table.js';
import { sql } from '../../platform/postgres/sql.js';
import { customerTable, type CustomerOfRecord } from '../customer/customer.query.js';
import type { Contact } from './contact.entity.js';
import { activeUnlessNamed, CONTACT_FILTER_COLUMNS, SEARCHED_CONTACTS } from './contact.filter.js';

export type ContactRow = Readonly<Omit<Contact, 'tenantId' | 'searchPhone' | 'deletedAt' | 'deletedWith' | symbol>>;

/** Every published field, in the order of REST answers. */
const CONTACT_PROPERTIES = everyPropertyOf<ContactRow>()([
  'id', 'customerId', 'firstName', 'lastName', 'title', 'jobTitle', 'department', 'email', 'phone', 'mobile', 'linkedin',
  'isPrimary', 'isBilling', 'isShipping', 'isDecisionMaker', 'preferredLanguage', 'preferredContactMethod', 'doNotCall',
  'doNotEmail', 'notes', 'isActive', 'createdById', 'createdAt', 'updatedAt', 'version',
]); // prettier-ignore

export const contactTable: RecordTypeTable<ContactRow> = {
  recordType: 'contact',
  name: 'contacts',
  alias: 'k',
  properties: CONTACT_PROPERTIES,
  filterColumns: CONTACT_FILTER_COLUMNS,
  usualFilter: activeUnlessNamed(null),
  references: {
    customer: ['customerId'],
    createdBy: ['createdById'],
    viewerCan: ['createdById', 'customerId'],
  },
  searched: SEARCHED_CONTACTS,
  owned: ownRecordSql('k', false),
};

/**
 * The active contacts of a customer, the main one first; undefined when there is no such customer. Their number is bounded by the
 * limit per customer.
 */
export async function contactsOfCustomer(
  reader: TenantReader,
  customerId: string,
): Promise<readonly ContactRow[] | undefined> {
  const { tenantId } = reader;
  const active = conditionsSql(contactTable, tenantId, { filter: activeOf(customerId) });
  const [customers = [], contacts = []] = await reader.batch([
    recordSql(customerTable, tenantId, sql`c.id = ${customerId}`, ['id'], 'live'),
    sql`SELECT ${selectListSql(contactTable, CONTACT_PROPERTIES)} FROM contacts k
      WHERE ${active} ORDER BY k.is_primary DESC, k.last_name, k.first_name, k.id`,
  ]);
  // The reader returns rows in the form of their statement.
  return customers.length === 0 ? undefined : (contacts as ContactRow[]);
}

function activeOf(customerId: string): object {
  return { customerId: { eq: customerId }, isActive: { eq: true } };
}

/**
 * The live customer of a contact, which may be deleted itself. The customer's row is locked until the transaction ends. A transaction
 * that changes the main contact takes this lock before it locks any contact.
 */
export async function lockCustomerOfContact(em: EntityManager, id: string): Promise<CustomerOfRecord | undefined> {
  const tenantId = tenantOf(em);
  const [row] = await runStatement<CustomerOfRecord>(
    em,
    sql`select c.country_code as "countryCode", c.created_by as "createdById", c.assigned_to as "assignedToId" from customers c
      where c.tenant_id = ${tenantId} and c.deleted_at is null and c.id =
        (select k.customer_id from contacts k where k.tenant_id = ${tenantId} and k.id = ${id}) for no key update of c`,
  );
  return row;
}
