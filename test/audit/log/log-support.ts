/** What the tests of the audit log share: events written as they are wanted, and the answers' shapes. */
import { newId } from '../../../src/platform/values/ids.js';
import type { Answer } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';

export const LOGS = '/v1/audit/logs';

/** An event as REST answers it. */
export interface EventJson {
  readonly id: string;
  readonly action: string;
  readonly [field: string]: unknown;
}

export interface LogJson {
  readonly logs: readonly EventJson[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
}

export function logIn(answer: Answer): LogJson {
  if (answer.status !== 200) throw new Error(`There is no log in ${answer.status} ${answer.text}`);
  return answer.body as LogJson;
}

export function actionsIn(answer: Answer): string[] {
  return logIn(answer).logs.map(({ action }) => action);
}

const DEFAULTS = {
  actor_kind: 'user',
  action: 'customer.updated',
  entity_type: 'customer',
  success: true,
  values_digest: Buffer.alloc(32),
  digest: Buffer.alloc(32),
  salt: Buffer.alloc(16),
};

/** One event of the tenant with just these columns, past the service: no seal will ever hold it. @returns its id */
export async function anEvent(
  service: TestService,
  { id: tenantId }: Pick<TestTenant, 'id'>,
  columns: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const id = newId();
  const fresh = { tenant_id: tenantId, id, created_at: new Date(), request_id: newId() };
  const row: Readonly<Record<string, unknown>> = { ...DEFAULTS, ...fresh, ...columns };
  const names = Object.keys(row);
  await service.ask(
    `INSERT INTO audit_events (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row),
  );
  return String(row.id);
}
