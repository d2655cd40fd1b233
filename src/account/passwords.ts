/** Passwords: argon2id with OWASP's minimum costs, a few hashes at a time, and the rules for new passwords. */
import { hash, verify, type Options } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { AppError, validationError, type Sentence } from '../platform/errors/errors.js';
import { normalizeText } from '../platform/values/normal-text.js';
import { isCommonPassword } from './password-blocklist.js';

/** Algorithm 2 is argon2id, the library's default; its enum has no value at run time. Memory in KiB: 19 MiB. */
const COSTS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const satisfies Options;

/** Verified for unknown users: the same work, never a match. */
const DECOY = `$argon2id$v=19$m=${COSTS.memoryCost},t=${COSTS.timeCost},p=${COSTS.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const PASSWORD_LENGTH = { min: 12, max: 128 } as const;
/** At sign-in, longer passwords are rejected without hashing. */
export const MAX_SENT_PASSWORD = 1024;

/**
 * More hashes than cores would only slow down other requests. The library hashes on Node's pool of four threads, which compression, files
 * and DNS use too, so one thread stays free.
 */
const MAX_AT_ONCE = Math.min(3, availableParallelism());
/** Sign-ins wait in their own queue, so these are new passwords. At 30 ms each, the wait is a few seconds at most. */
const MAX_WAITING = 100;

const BUSY: Sentence = {
  fr: 'Trop de connexions en même temps : réessayez dans un instant.',
  en: 'Too many sign-ins at once: try again in a moment.',
};
const LENGTH: Sentence = { fr: '12 à 128 caractères sont attendus.', en: '12 to 128 characters are expected.' };
const COMMON: Sentence = {
  fr: 'Ce mot de passe est trop courant ou contient votre adresse e-mail.',
  en: 'This password is too common, or contains your e-mail address.',
};

/** Hashes and verifies, a few at once: each takes 19 MiB and a core. One per process. */
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @throws AppError UNAVAILABLE if too many wait */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(normalise(password), COSTS));
  }

  /** @param stored undefined for an unknown user, and for one without a password: false, after the same work @throws AppError UNAVAILABLE when too many wait */
  matches(stored: string | undefined, password: string): Promise<boolean> {
    return this.inTurn(() => verify(stored ?? DECOY, normalise(password)));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MAX_AT_ONCE) await this.waitForTurn();
    else this.running += 1;
    try {
      return await work();
    } finally {
      // Hand the slot to the next one, so that a new caller cannot overtake it.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }

  private waitForTurn(): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) throw new AppError('UNAVAILABLE', BUSY, { retryAfterSeconds: 2 });
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** Normalized like all text from callers, so that a password set by a command equals the one sent later. */
function normalise(password: string): string {
  return normalizeText(password, 'secret', MAX_SENT_PASSWORD);
}

/**
 * The rules for a new password; length in code points.
 * @param field the input field, e.g. `newPassword` @throws AppError VALIDATION_FAILED
 */
export function requireGoodPassword(password: string, email: string | null, field: string): void {
  const text = normalise(password);
  const length = Array.from(text).length;
  const reject = (code: string, message: Sentence): never => {
    throw validationError([{ path: [field], code, message }]);
  };
  if (length < PASSWORD_LENGTH.min) reject('TOO_SHORT', LENGTH);
  if (length > PASSWORD_LENGTH.max) reject('TOO_LONG', LENGTH);
  if (isCommonPassword(text, email ?? '')) reject('TOO_COMMON', COMMON);
}

/** Whether both are the same password after normalization. */
export function isSamePassword(one: string, other: string): boolean {
  return normalise(one) === normalise(other);
}

/** A password for a new user: 96 random bits in four groups, e.g. `k3Xz-9QpA-…`. */
export function generatePassword(): string {
  const text = randomBytes(12).toString('base64url').replace(/[-_]/g, 'x');
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** A password for a user, as it is stored; `generated` is null if the caller gave it. */
export interface Secret {
  readonly passwordHash: string | null;
  readonly generated: string | null;
}

/** Of service accounts, which have none. */
export const NO_PASSWORD: Secret = { passwordHash: null, generated: null };

/** The given password, or a generated one. @throws AppError VALIDATION_FAILED (password), UNAVAILABLE */
export async function makeSecret(
  passwords: Passwords,
  given: string | null | undefined,
  email: string,
): Promise<Secret> {
  if (given !== null && given !== undefined) requireGoodPassword(given, email, 'password');
  const password = given ?? generatePassword();
  return { passwordHash: await passwords.hash(password), generated: given === password ? null : password };
}
