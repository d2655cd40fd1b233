/** The service as a browser meets it: the real one, with one tenant and somebody who may sign in. */
import { readPlaygroundOperations } from '../../src/platform/pages/playground-operations.js';
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
  stop(): Promise<void>;
}

/** Starts the service on a free port. */
export async function startPageService({ tokenLifeSeconds = 1800 } = {}): Promise<PageService> {
  const service = await startTestService({}, { accessTokenSeconds: tokenLifeSeconds });
  const { id, admin } = await service.aTenant();
  return {
    origin: service.origin,
    account: { tenantId: id, email: admin.email, password: PASSWORD, token: admin.token },
    async stop() {
      service.app.server.closeAllConnections();
      await service.close();
    },
  };
}
