/** What sign-in and user management need beside the database. One set per process. */
import type { Identities } from '../access/identity/identity.js';
import type { Tokens } from '../access/identity/tokens.js';
import type { OutboundRules } from '../platform/outbound/allowed-url.js';
import type { Passwords } from './passwords.js';
import type { SignInQueue } from './sign-in-queue.js';
import type { Throttle } from './throttle.js';

/** What registering identity providers depends on. */
export interface ProviderSettings {
  /** `iss` of our own tokens, which no provider may have. */
  readonly ownIssuer: string;
  /** Which addresses keys are fetched from. */
  readonly outbound: OutboundRules;
  /** After a change of the tenant's providers: what they were is no longer known in this process. */
  readonly forget: (tenantId: string) => void;
}

export interface AccountDependencies {
  readonly tokens: Tokens;
  readonly identities: Identities;
  readonly throttle: Throttle;
  readonly passwords: Passwords;
  readonly signIns: SignInQueue;
  readonly providers: ProviderSettings;
}
