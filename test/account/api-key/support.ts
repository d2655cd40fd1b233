/** API keys in tests: made through the service, and used as a caller's token. */
import { as, type Answer } from '../../support/client.js';
import type { TestService, TestTenant, TestUser } from '../../support/service.js';

export interface TestKey {
  readonly id: string;
  readonly token: string;
  readonly tenantId: string;
  readonly userId: string;
}

/** @param fields in REST names */
export async function aKey(
  service: TestService,
  maker: TestUser,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<TestKey> {
  const answer = await as(service, maker).post('/v1/api-keys', { name: 'Clé', ...fields });
  if (answer.status !== 201) throw new Error(answer.text);
  const { id, secret, user_id } = answer.body as { id: string; secret: string; user_id: string };
  return { id, token: secret, tenantId: maker.tenantId, userId: user_id };
}

/** A service account. @returns its id */
export async function aServiceAccount(service: TestService, tenant: TestTenant, role = 'admin'): Promise<string> {
  const answer = await as(service, tenant.admin).post('/v1/users', { kind: 'SERVICE', full_name: 'Portail', role });
  return (answer.body as { id: string }).id;
}

/** A key of a new service account. @param permissions none for null */
export async function aServiceKey(
  service: TestService,
  tenant: TestTenant,
  permissions: readonly string[] | null = null,
  role = 'admin',
): Promise<TestKey> {
  return aKey(service, tenant.admin, { user_id: await aServiceAccount(service, tenant, role), permissions });
}

/** Of the first error, whichever the transport. */
export function codeOf({ text }: Answer): string | undefined {
  return /"code":"([A-Z_]+)"/.exec(text)?.[1];
}

/** The body of an error without what differs from request to request. */
export function errorBody({ body }: Answer): unknown {
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (/^request_?id$/i.test(key) ? undefined : value)));
}

export function first(answers: readonly Answer[]): Answer {
  const [answer] = answers;
  if (!answer) throw new Error('No answer.');
  return answer;
}

/** Of the record in a REST answer. */
export function idOf({ body }: Answer): string {
  return (body as { readonly id: string }).id;
}

export interface EventRow {
  readonly action: string;
  readonly actor_kind: string;
  readonly user_id: string | null;
  readonly user_role: string | null;
  readonly entity_type: string;
  readonly entity_id: string | null;
  readonly error_code: string | null;
  readonly description: string | null;
  readonly old_value: object | null;
  readonly new_value: object | null;
  readonly api_key_id: string | null;
  readonly on_behalf: boolean | null;
}

/** The events of a tenant, in order. @param action their action, or how it begins */
export function eventsOf(service: TestService, tenantId: string, action = ''): Promise<EventRow[]> {
  return service.ask<EventRow & Record<string, unknown>>(
    'SELECT * FROM audit_events WHERE tenant_id = $1 AND starts_with(action, $2) ORDER BY id',
    [tenantId, action],
  );
}
