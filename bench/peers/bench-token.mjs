/** The one static token that the peers accept: what a request costs without real sign-in. */

const TENANT_OF_TOKEN = { 'bench-token': 'big' };

/** The tenant a request may see, or undefined when its token and its X-Tenant-ID header do not agree. */
export function tenantOfRequest(headers) {
  const tenant = TENANT_OF_TOKEN[headers.authorization?.slice('Bearer '.length)];
  return headers['x-tenant-id'] === tenant ? tenant : undefined;
}
