/** What sign-in and user management need beside the database. One set per process. */
import type { Identities } from '../access/identity/identity.js';
import type { Tokens } from '../access/identity/tokens.js';
import type { Passwords } from './passwords.js';
import type { SignInQueue } from './sign-in-queue.js';
import type { Throttle } from './throttle.js';

export interface AccountDependencies {
  readonly tokens: Tokens;
  readonly identities: Identities;
  readonly throttle: Throttle;
  readonly passwords: Passwords;
  readonly signIns: SignInQueue;
}
