/** The access tokens that signing in gives: each names its tenant, its user and its session. */
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import type { Credential } from './credential.js';
import { sessionKey, type Identities, type Identity, type KnownCredential } from './identity.js';
import { findSession, toTenantSettings, type SessionRow } from './identity.query.js';
import type { Tokens, VerifiedToken } from './tokens.js';

const ENDED: Sentence = { fr: "Cette session n'est plus valable.", en: 'This session is no longer valid.' };

/** Claims every token, so it is asked last. */
export class SessionCredential implements Credential {
  constructor(
    private readonly tokens: Pick<Tokens, 'readAccess'>,
    private readonly identities: Identities,
  ) {}

  readonly claims = (): boolean => true;

  /** @throws AppError UNAUTHENTICATED: bad token, session revoked or ended, user inactive, tenant suspended; TOKEN_EXPIRED */
  readonly identify = (text: string): Identity | Promise<Identity> => {
    const token = this.tokens.readAccess(text);
    const key = sessionKey(token.tenantId, token.sessionId);
    const known = this.identities.find(token.tenantId, key, async (reader) =>
      toKnown(token, await findSession(reader, token.sessionId)),
    );
    return known instanceof Promise ? known.then((read) => this.validOf(read, token)) : this.validOf(known, token);
  };

  private validOf(known: KnownCredential | undefined, { userId }: VerifiedToken): Identity {
    if (!known?.identity || !known.userIds.includes(userId) || known.expiresAtMs <= this.identities.now()) {
      throw new AppError('UNAUTHENTICATED', ENDED);
    }
    return known.identity;
  }
}

function toKnown({ tenantId, userId, sessionId }: VerifiedToken, row: SessionRow | undefined): KnownCredential {
  const known = { tenantId, userIds: [row?.userId ?? userId] };
  const counts = row?.isActive === true && row.revokedAt === null && !row.isSuspended;
  if (!counts) return { ...known, identity: null, expiresAtMs: 0 };
  const { email, fullName, role } = row;
  const actor = { type: 'user', userId: row.userId, tenantId, role, email, fullName, sessionId, apiKey: null } as const;
  return {
    ...known,
    identity: { actor, tenant: toTenantSettings(tenantId, row) },
    expiresAtMs: Date.parse(row.expiresAt),
  };
}
