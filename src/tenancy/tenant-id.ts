/** The shape of a tenant's id, wherever a caller gives one. */

/** As the database holds it too. */
export const TENANT_ID = /^[A-Za-z0-9_-]{1,64}$/;
