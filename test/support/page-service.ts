/** The service as a browser meets it: the real one, with one tenant and somebody who may sign in. */
import { readPlaygroundOperations } from '../../src/platform/pages/playground-operations.js';
import { Passwords } from '../../src/account/passwords.js';
import { DEMO_PASSWORD, demoEmail } from '../../src/demo/demo-tenants.js';
import { newId } from '../../src/platform/values/ids.js';
import { PASSWORD, startTestService } from './service.js';

export const operations = readPlaygroundOperations(new URL('../../src/app/playground-operations/', import.meta.url));

export interface PageService {
  readonly origin: string;
  /** What an administrator types in. */
  readonly account: {
    readonly tenantId: string;
    readonly email: string;
    readonly password: string;
    readonly token: string;
  };
  /** Makes the administrator of the demo, without the demo's records. */
  addDemoAdmin(): Promise<void>;
  stop(): Promise<void>;
}

export interface PageServiceOptions {
  readonly tokenLifeSeconds?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts the service on a free port. */
export async function startPageService({
  tokenLifeSeconds = 1800,
  variables = {},
}: PageServiceOptions = {}): Promise<PageService> {
  const service = await startTestService(variables, { accessTokenSeconds: tokenLifeSeconds });
  const { id, admin } = await service.aTenant();
  return {
    addDemoAdmin: async () => {
      const hash = await new Passwords().hash(DEMO_PASSWORD);
      await service.ask("INSERT INTO tenants (id, name) VALUES ('demo', 'Démo')");
      await service.ask(
        `INSERT INTO users (tenant_id, id, email, full_name, role, password_hash)
         VALUES ('demo', $1, $2, 'Démo', 'admin', $3)`,
        [newId(), demoEmail('demo', 'admin'), hash],
      );
    },
    origin: service.origin,
    account: { tenantId: id, email: admin.email, password: PASSWORD, token: admin.token },
    async stop() {
      service.app.server.closeAllConnections();
      await service.close();
    },
  };
}
