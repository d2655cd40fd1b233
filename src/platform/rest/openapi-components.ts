/** Shared components of the OpenAPI document: parameters, headers and security schemes. */
import type { JsonSchema } from '../values/json-schema.js';

export const PARAMETERS: Readonly<Record<string, JsonSchema>> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key and request within 24 hours: the same answer, and no second effect.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
  },
  DryRun: {
    name: 'dry_run',
    in: 'query',
    description:
      'Only tries: everything is checked, and nothing is left. The answer has `Dry-Run: true`, no `ETag` and no `Location`; a key for idempotency is ignored.',
    schema: { type: 'boolean', default: false },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description:
      'The version that the caller saw, as `ETag` gave it, or a list of versions; a record in another one is not changed (412). `*` takes any.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description:
      'What the caller has, as `ETag` gave it, or a list: where it is still so, the answer is a 304 without a body.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  TenantId: {
    name: 'X-Tenant-ID',
    in: 'header',
    description:
      'The company; the same as the security scheme `tenant`, for clients that send headers and know no second scheme. Without it the answer is a 401.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  },
  OnBehalfOf: {
    name: 'X-On-Behalf-Of',
    in: 'header',
    description:
      'The id of a person to act for, with the API key of a service account that names `user:impersonate`. The answer is what that person would get, as far as the key and its account may go too. With any other credential, and for anybody who is no active person of the company, it is a 403.',
    schema: { type: 'string', format: 'uuid' },
  },
};

/** Parameters of every route that changes something. */
export const CHANGE_PARAMETERS = ['DryRun', 'IdempotencyKey'].map((name) => ({
  $ref: `#/components/parameters/${name}`,
}));

export const HEADERS: Readonly<Record<string, JsonSchema>> = {
  ETag: { description: 'The version of the record, for `If-Match`.', schema: { type: 'string', examples: ['"3"'] } },
  Location: { description: 'Where the new record is.', schema: { type: 'string', format: 'uri-reference' } },
  Link: { description: 'The next and the previous page, or the next file (RFC 8288).', schema: { type: 'string' } },
  XTotalRows: {
    description: 'Rows of the whole selection, in all files.',
    schema: { type: 'integer', minimum: 0 },
  },
  RetryAfter: { description: 'Seconds after which a retry makes sense.', schema: { type: 'integer', minimum: 0 } },
  DryRun: {
    description: '`true` if nothing of this was kept.',
    schema: { type: 'string', enum: ['true'] },
  },
  IdempotencyReplayed: {
    description: '`true` if this answer repeats an earlier one.',
    schema: { type: 'string', enum: ['true'] },
  },
};

export const SECURITY_SCHEMES: Readonly<Record<string, JsonSchema>> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `access_token` of a sign-in, or an API key (`crm_…`).',
  },
  tenant: { type: 'apiKey', in: 'header', name: 'X-Tenant-ID', description: 'The company of the token.' },
};
