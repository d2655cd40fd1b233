/** Another process on the same database, with a clock of its own. */
import { Authenticator } from '../../../src/access/identity/authenticator.js';
import { CredentialFailures } from '../../../src/access/identity/credential-failures.js';
import { Identities } from '../../../src/access/identity/identity.js';
import { RateLimits } from '../../../src/access/identity/rate-limit.js';
import { RequestCache } from '../../../src/access/identity/request-context.js';
import { IssuerKeys } from '../../../src/account/identity-provider/issuer-keys.js';
import { KnownProviders } from '../../../src/account/identity-provider/known-providers.js';
import { ProviderCredential } from '../../../src/account/identity-provider/provider-credential.js';
import { AppError } from '../../../src/platform/errors/errors.js';
import { newId } from '../../../src/platform/values/ids.js';
import type { OwnService } from '../../support/service.js';

export interface Replica {
  /** The caller's role, or the code of the error. */
  readonly roleOf: (tenantId: string, token: string, ipAddress?: string) => Promise<string>;
  /** The error itself. */
  readonly errorOf: (tenantId: string, token: string) => Promise<AppError | undefined>;
  readonly advance: (ms: number) => void;
  /** Why keys could not be fetched. */
  readonly failures: string[];
}

export function aReplica(service: OwnService): Replica {
  let clock = Date.now();
  const failures: string[] = [];
  const now = (): number => clock;
  const unlimited = { perSecond: 0, burst: 1 };
  const readerOf = (tenantId: string) => service.database.reader(tenantId);
  const credential = new ProviderCredential({
    identities: new Identities(readerOf, { now }),
    failures: new CredentialFailures(now),
    providers: new KnownProviders({ readerOf, now }),
    keys: new IssuerKeys({
      ...{ isProduction: false, allowPrivate: false, now },
      onFailure: (_provider, error) => {
        failures.push(String(error));
      },
    }),
    ownIssuer: 'crm-api',
    database: () => service.database,
  });
  const authenticator = new Authenticator([credential], new RateLimits({ user: unlimited, tenant: unlimited }));
  const identify = async (tenantId: string, token: string, ipAddress: string): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, 'x-tenant-id': tenantId };
    const call = { requestId: newId(), ipAddress, language: 'en', cache: new RequestCache() } as const;
    return (await authenticator.identify(headers, { ...call, database: service.database })).actor.role;
  };
  const errorOf = async (tenantId: string, token: string): Promise<AppError | undefined> => {
    try {
      await identify(tenantId, token, '192.0.2.1');
      return undefined;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  };
  return {
    errorOf,
    roleOf: async (tenantId, token, ipAddress = '192.0.2.1') => {
      try {
        return await identify(tenantId, token, ipAddress);
      } catch (error) {
        if (error instanceof AppError) return error.code;
        throw error;
      }
    },
    advance: (ms) => {
      clock += ms;
    },
    failures,
  };
}
