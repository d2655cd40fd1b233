/** Headers of every answer. */

/** Pages replace the Content-Security-Policy by one that allows their own assets. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
