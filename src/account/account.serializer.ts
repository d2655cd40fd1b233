/** The frozen JSON of signing in, of users and of the company's settings. */
import { Role, UserKind } from '../access/identity/user.entity.js';
import type { UserRow } from '../access/identity/user-row.js';
import { objectSchema, type JsonSchema } from '../platform/values/json-schema.js';
import {
  boolean,
  instant,
  integer,
  json,
  nullable,
  oneOf,
  restSerializer,
  text,
  unversioned,
  uuid,
} from '../platform/rest/serializer.js';
import type { SignIn } from './sign-in.service.js';
import type { TenantRow } from './tenant.query.js';
import type { ChangedPassword } from './user.service.js';

const ROLES = Object.values(Role);

const USER_FIELDS = {
  id: uuid('Id of the user.'),
  kind: oneOf(Object.values(UserKind), 'What the user is: a service account calls with API keys and cannot sign in.'),
  email: nullable(text('E-mail address to sign in with; null for a service account.')),
  fullName: text('First and last name; of a service account, its name.'),
  role: oneOf(ROLES, 'What the user may do.'),
  isActive: boolean('Whether the user may sign in.'),
  createdAt: instant('When the user was created.'),
  updatedAt: instant('When the user last changed.'),
  lastSignInAt: unversioned(
    nullable(
      instant('When the user last signed in with their password, which does not change the version; null if never.'),
    ),
  ),
  version: integer('Grows by one with every change.'),
};

export const userSerializer = restSerializer<UserRow>('User', USER_FIELDS);

export const userWithPasswordSerializer = restSerializer<UserRow & Pick<ChangedPassword, 'initialPassword'>>(
  'UserWithPassword',
  {
    ...USER_FIELDS,
    initialPassword: nullable(
      text(
        'The generated password, in this one answer only; null when the caller gave one, in a replay, and in a dry run.',
      ),
    ),
  },
);

type LimitSetting = Extract<keyof TenantRow, `limit${string}`>;

/** The settings with the limits in one field. */
interface TenantRecord extends Omit<TenantRow, LimitSetting> {
  readonly limits: Readonly<Record<string, number>>;
}

/** @returns the settings as their JSON is written from */
export function toTenantRecord(tenant: TenantRow): TenantRecord {
  const { limitCustomers, limitContactsPerCustomer, limitActiveOpportunities, limitExportRows, ...settings } = tenant;
  const limits = {
    customers: limitCustomers,
    contacts_per_customer: limitContactsPerCustomer,
    active_opportunities: limitActiveOpportunities,
    export_rows: limitExportRows,
  };
  return { ...settings, limits };
}

export const tenantSerializer = restSerializer<TenantRecord>('Tenant', {
  id: text('The text of X-Tenant-ID.'),
  name: text('Name of the company.'),
  timeZone: text('IANA time zone that says which day is "today".'),
  defaultCurrency: text('ISO 4217 code of new records.'),
  countryCode: text("ISO 3166-1 alpha-2: whose telephones are meant where a customer's own country has none."),
  limits: json("How much the company may hold; the operator's to change."),
  updatedAt: instant('When the settings last changed.'),
  version: integer('Grows by one with every change.'),
});

const TEXT: JsonSchema = { type: 'string' };

const IDENTITY: Readonly<Record<string, JsonSchema>> = {
  id: { type: 'string', format: 'uuid' },
  email: TEXT,
  tenant_id: TEXT,
  role: { type: 'string', enum: ROLES },
  full_name: TEXT,
};

const TOKENS: Readonly<Record<string, JsonSchema>> = {
  access_token: { ...TEXT, description: 'For the Authorization header.' },
  refresh_token: { ...TEXT, description: 'Single use, for /v1/auth/refresh.' },
  token_type: { type: 'string', enum: ['bearer'] },
};

export const signInSchema: JsonSchema = objectSchema({
  user: objectSchema(IDENTITY),
  tokens: objectSchema(TOKENS),
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

export const meSchema: JsonSchema = objectSchema({
  ...IDENTITY,
  email: { type: ['string', 'null'], description: 'null for a service account' },
  is_active: { type: 'boolean' },
  permissions: {
    type: 'array',
    items: TEXT,
    description: '`customer:read`; `customer:update:own` for own records only.',
  },
});

export const doneSchema: JsonSchema = objectSchema({ success: { type: 'boolean' }, message: TEXT });
