/** The customer fields that every reading workload asks for and compares. */

export const CUSTOMER_SELECTION = 'id code name type email phone city countryCode isActive createdAt';

/** PostGraphile calls the key `rowId`; `id` is a global identifier there. */
export const POSTGRAPHILE_CUSTOMER_SELECTION = CUSTOMER_SELECTION.replace('id', 'rowId');

/** Without the instant: peers print it in different forms. */
export const CUSTOMER_FIELDS = ['id', 'code', 'name', 'type', 'email', 'phone', 'city', 'country_code', 'is_active'];
