/** The service as a browser meets it: the real one, and somebody who may sign in. */
import { readPlaygroundOperations } from '../../src/platform/pages/playground-operations.js';
import { Passwords } from '../../src/account/passwords.js';
import { DEMO_PASSWORD, demoEmail } from '../../src/demo/demo-tenants.js';
import { newId } from '../../src/platform/values/ids.js';
import { PASSWORD, type TestService } from './service.js';

export const operations = readPlaygroundOperations(new URL('../../src/app/playground-operations/', import.meta.url));

/** What an administrator types in. */
export interface PageAccount {
  readonly tenantId: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

/** Makes a tenant, whose administrator it is. */
export async function makeAccount(service: TestService): Promise<PageAccount> {
  const { id, admin } = await service.aTenant();
  return { tenantId: id, email: admin.email, password: PASSWORD, token: admin.token };
}

/** Makes the administrator of the demo, without the demo's records. */
export async function addDemoAdmin(service: TestService): Promise<void> {
  const hash = await new Passwords().hash(DEMO_PASSWORD);
  await service.ask("INSERT INTO tenants (id, name) VALUES ('demo', 'Démo')");
  await service.ask(
    `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash)
     VALUES ('demo', $1, $2, app.email_identity($2), 'Démo', 'admin', $3)`,
    [newId(), demoEmail('demo', 'admin'), hash],
  );
}
