/** The kinds of bearer token that this service takes, and what each of them needs. One set per process. */
import type { FastifyBaseLogger } from 'fastify';
import { CredentialFailures } from '../access/identity/credential-failures.js';
import type { Credential } from '../access/identity/credential.js';
import type { Identities } from '../access/identity/identity.js';
import { KeyCredential } from '../access/identity/key-credential.js';
import type { Actor } from '../access/identity/request-context.js';
import { SessionCredential } from '../access/identity/session-credential.js';
import type { Tokens } from '../access/identity/tokens.js';
import { grantOf } from '../access/rights/permissions.js';
import type { ProviderSettings } from '../account/account-dependencies.js';
import { stampKeyUses } from '../account/api-key/api-key-uses.js';
import { IssuerKeys } from '../account/identity-provider/issuer-keys.js';
import { KnownProviders } from '../account/identity-provider/known-providers.js';
import { ProviderCredential } from '../account/identity-provider/provider-credential.js';
import type { Database } from '../tenancy/database.js';
import { ANSWER_WITHIN_MS } from './request-intake.js';

interface CredentialConfig {
  readonly JWT_ISSUER: string;
  readonly IDP_ALLOW_PRIVATE: boolean;
  readonly isProduction: boolean;
}

interface CredentialParts {
  readonly config: CredentialConfig;
  readonly tokens: Tokens;
  readonly database: Database;
  readonly log: FastifyBaseLogger;
}

interface Credentials {
  /** In the order in which they are asked whose token it is. */
  readonly credentials: readonly Credential[];
  readonly providers: ProviderSettings;
}

/** The database for one request, which ends with the time that it has. */
export function databaseOfRequest({ database }: Pick<CredentialParts, 'database'>): Database {
  return database.until(performance.now() + ANSWER_WITHIN_MS);
}

export function makeCredentials(parts: CredentialParts, identities: Identities): Credentials {
  const { config, database, tokens } = parts;
  const failures = new CredentialFailures();
  const provider = providerCredential(parts, identities, failures);
  const forget = (tenantId: string): void => {
    provider.forget(tenantId);
  };
  return {
    credentials: [
      new KeyCredential({ identities, failures, noteUse: stampKeyUses(database), mayImpersonate }),
      provider,
      new SessionCredential(tokens, identities),
    ],
    providers: { ownIssuer: config.JWT_ISSUER, outbound: outboundRules(config), forget },
  };
}

function providerCredential(
  parts: CredentialParts,
  identities: Identities,
  failures: CredentialFailures,
): ProviderCredential {
  const { config, log } = parts;
  const readerOf = (tenantId: string) => databaseOfRequest(parts).reader(tenantId);
  const keys = new IssuerKeys({
    ...outboundRules(config),
    onFailure: ({ tenantId, issuer }, err) => {
      log.warn({ tenantId, issuer, err }, 'the keys of an identity provider could not be fetched');
    },
  });
  return new ProviderCredential({
    ...{ identities, failures, keys, ownIssuer: config.JWT_ISSUER },
    providers: new KnownProviders({ readerOf, now: identities.now }),
    database: () => databaseOfRequest(parts),
  });
}

function outboundRules({
  isProduction,
  IDP_ALLOW_PRIVATE: allowPrivate,
}: CredentialConfig): ProviderSettings['outbound'] {
  return { isProduction, allowPrivate };
}

function mayImpersonate(actor: Actor): boolean {
  return grantOf(actor, 'user:impersonate') !== undefined;
}
