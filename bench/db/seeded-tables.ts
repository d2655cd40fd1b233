/** What the seed fills, in the words of both schemas: copied into a database of the service. */

export interface SeededTable {
  readonly name: string;
  /** The columns that the seed fills; both schemas call them the same. */
  readonly columns: string;
  /** Where the peers' table has no such column. */
  readonly updatedAt?: string;
}

/** Each after what it refers to. */
export const SEEDED_TABLES: readonly SeededTable[] = [
  {
    name: 'customers',
    columns: `tenant_id, id, code, name, legal_name, type, email, phone, mobile, website, address_line1, city,
      postal_code, country_code, tax_id, registration_number, industry, size, annual_revenue, employee_count, payment_terms,
      currency, segment, source, lead_score, health_score, total_revenue, order_count, notes, is_active, created_at, updated_at`,
  },
  {
    name: 'contacts',
    columns: `tenant_id, id, customer_id, first_name, last_name, title, job_title, email, phone, is_primary, is_billing,
      is_shipping, is_decision_maker, is_active, created_at, updated_at`,
  },
  {
    name: 'opportunities',
    columns: `tenant_id, id, customer_id, code, name, description, status, probability, amount, currency,
      expected_close_date, actual_close_date, source, created_at, updated_at`,
  },
  {
    name: 'activities',
    columns: `tenant_id, id, customer_id, type, subject, description, date, completed_at, duration_minutes, is_completed,
      created_at`,
    updatedAt: 'created_at',
  },
];
