/** The frozen JSON of signing in, of users and of the company's settings. */
import { Role } from '../access/identity/user.entity.js';
import type { UserRow } from '../access/identity/user-row.js';
import type { JsonSchema } from '../platform/values/json-schema.js';
import { restSerializer } from '../platform/rest/serializer.js';
import type { SignIn } from './sign-in.service.js';
import type { TenantRow } from './tenant.query.js';
import type { ChangedPassword } from './user.service.js';

const ROLES = Object.values(Role);

export const userSerializer = restSerializer<UserRow>('User', [
  { name: 'id', from: 'id', type: 'uuid', description: 'Id of the user.' },
  { name: 'email', from: 'email', type: 'text', description: 'E-mail address to sign in with.' },
  { name: 'full_name', from: 'fullName', type: 'text', description: 'First and last name.' },
  { name: 'role', from: 'role', type: 'text', enum: ROLES, description: 'What the user may do.' },
  { name: 'is_active', from: 'isActive', type: 'boolean', description: 'Whether the user may sign in.' },
  { name: 'created_at', from: 'createdAt', type: 'instant', description: 'When the user was created.' },
  { name: 'updated_at', from: 'updatedAt', type: 'instant', description: 'When the user last changed.' },
  {
    name: 'last_sign_in_at',
    from: 'lastSignInAt',
    type: 'instant',
    nullable: true,
    isUnversioned: true,
    description: 'When the user last signed in with their password, which does not change the version; null if never.',
  },
  { name: 'version', from: 'version', type: 'integer', description: 'Grows by one with every change.' },
]);

export const userWithPasswordSerializer = restSerializer<UserRow & Pick<ChangedPassword, 'initialPassword'>>(
  'UserWithPassword',
  [
    ...userSerializer.fields,
    {
      name: 'initial_password',
      from: 'initialPassword',
      type: 'text',
      nullable: true,
      description:
        'The generated password, in this one answer only; null when the caller gave one, in a replay, and in a dry run.',
    },
  ],
);

/** The settings with the limits in one field. */
interface TenantRecord extends TenantRow {
  readonly limits: Readonly<Record<string, number>>;
}

/** @returns the settings as their JSON is written from */
export function toTenantRecord(tenant: TenantRow): TenantRecord {
  const { id, name, timeZone, defaultCurrency, countryCode, updatedAt, version } = tenant;
  const { limitCustomers, limitContactsPerCustomer, limitActiveOpportunities, limitExportRows } = tenant;
  const limits = {
    customers: limitCustomers,
    contacts_per_customer: limitContactsPerCustomer,
    active_opportunities: limitActiveOpportunities,
    export_rows: limitExportRows,
  };
  const flat = { limitCustomers, limitContactsPerCustomer, limitActiveOpportunities, limitExportRows };
  return { id, name, timeZone, defaultCurrency, countryCode, updatedAt, version, limits, ...flat };
}

export const tenantSerializer = restSerializer<TenantRecord>('Tenant', [
  { name: 'id', from: 'id', type: 'text', description: 'The text of X-Tenant-ID.' },
  { name: 'name', from: 'name', type: 'text', description: 'Name of the company.' },
  { name: 'time_zone', from: 'timeZone', type: 'text', description: 'IANA time zone that says which day is "today".' },
  { name: 'default_currency', from: 'defaultCurrency', type: 'text', description: 'ISO 4217 code of new records.' },
  {
    name: 'country_code',
    from: 'countryCode',
    type: 'text',
    description: "ISO 3166-1 alpha-2: whose telephones are meant where a customer's own country has none.",
  },
  {
    name: 'limits',
    from: 'limits',
    type: 'json',
    description: "How much the company may hold; the operator's to change.",
  },
  { name: 'updated_at', from: 'updatedAt', type: 'instant', description: 'When the settings last changed.' },
  { name: 'version', from: 'version', type: 'integer', description: 'Grows by one with every change.' },
]);

const TEXT: JsonSchema = { type: 'string' };

function object(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

const IDENTITY: Readonly<Record<string, JsonSchema>> = {
  id: { type: 'string', format: 'uuid' },
  email: TEXT,
  tenant_id: TEXT,
  role: { type: 'string', enum: ROLES },
  full_name: TEXT,
};

const TOKENS: Readonly<Record<string, JsonSchema>> = {
  access_token: { ...TEXT, description: 'For the Authorization header.' },
  refresh_token: { ...TEXT, description: 'Good once, for /v1/auth/refresh.' },
  token_type: { type: 'string', enum: ['bearer'] },
};

export const signInSchema: JsonSchema = object({
  user: object(IDENTITY),
  tokens: object(TOKENS),
  tenant_id: TEXT,
  ...TOKENS,
  expires_in: { type: 'integer', description: 'Seconds until the access token expires.' },
});

/** The tokens stand there twice, as clients of the running system expect them. */
export function writeSignIn({ user, accessToken, refreshToken, tokenType, expiresIn }: SignIn): string {
  const tokens = { access_token: accessToken, refresh_token: refreshToken, token_type: tokenType };
  const { id, email, tenantId: tenant_id, role, fullName: full_name } = user;
  return JSON.stringify({
    user: { id, email, tenant_id, role, full_name },
    tokens,
    tenant_id,
    ...tokens,
    expires_in: expiresIn,
  });
}

export const meSchema: JsonSchema = object({
  ...IDENTITY,
  is_active: { type: 'boolean' },
  permissions: {
    type: 'array',
    items: TEXT,
    description: '`customer:read`; `customer:update:own` for own records only.',
  },
});

export const doneSchema: JsonSchema = object({ success: { type: 'boolean' }, message: TEXT });
