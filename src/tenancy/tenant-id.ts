/** The format of tenant ids. */

/** The database has the same rule. */
export const TENANT_ID = /^[A-Za-z0-9_-]{1,64}$/;
