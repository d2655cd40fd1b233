import { generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { v7 } from 'uuid';
import { Tokens } from '../../../src/access/identity/tokens.js';
import { AppError } from '../../../src/platform/errors/errors.js';

const SECRET = 'q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';
const OLD_SECRET = 'aS3dF5gH7jK9lQ1wE4rT6yU8iO0pZ2x_';
const identity = { userId: v7(), tenantId: 'acme', role: 'user', sessionId: v7() } as const;

let clock = Date.now();
const options = {
  keys: [
    { kid: 'new', secret: SECRET },
    { kid: 'old', secret: OLD_SECRET },
  ],
  issuer: 'crm-api',
  audience: 'crm-api',
  accessTokenSeconds: 1800,
  refreshTokenSeconds: 86_400,
  now: () => clock,
};

const iat = Math.floor(clock / 1000);
const goodClaims = {
  sub: identity.userId,
  tenant_id: identity.tenantId,
  role: identity.role,
  sid: identity.sessionId,
  typ: 'access',
  iat,
  exp: iat + 1800,
  jti: v7(),
  iss: 'crm-api',
  aud: 'crm-api',
};

function codeOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return 'accepted';
}

function signed(claims: object, signOptions: jwt.SignOptions = {}): string {
  return jwt.sign(claims, SECRET, { algorithm: 'HS256', keyid: 'new', ...signOptions });
}

function without(name: keyof typeof goodClaims): object {
  return Object.fromEntries(Object.entries(goodClaims).filter(([key]) => key !== name));
}

describe('tokens', () => {
  const tokens = new Tokens(options);

  it('read back what they signed, from the cache too', () => {
    const token = tokens.signAccess(identity);

    expect(tokens.readAccess(token)).toMatchObject(identity);
    expect(tokens.readAccess(token)).toMatchObject(identity);
    expect(tokens.readRefresh(tokens.signRefresh(identity, goodClaims.jti))).toMatchObject({
      ...identity,
      tokenId: goodClaims.jti,
    });
  });

  it('carry the documented claims and header', () => {
    const decoded = jwt.decode(tokens.signAccess(identity), { complete: true });

    expect(decoded?.header).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'new' });
    expect(Object.keys(decoded?.payload ?? {}).sort()).toEqual(Object.keys(goodClaims).sort());
  });

  it('accept a key that no longer signs', () => {
    const token = jwt.sign(goodClaims, OLD_SECRET, { algorithm: 'HS256', keyid: 'old' });

    expect(tokens.readAccess(token)).toMatchObject(identity);
  });

  it('expire on time although they were cached', () => {
    const started = clock;
    const token = tokens.signAccess(identity);
    tokens.readAccess(token);

    clock = started + 1_801_000;

    expect(codeOf(() => tokens.readAccess(token))).toBe('TOKEN_EXPIRED');
    expect(codeOf(() => new Tokens(options).readAccess(token))).toBe('TOKEN_EXPIRED');
    clock = started;
  });

  it('are rejected when they were issued more than a minute ahead, refresh tokens and cached ones too', () => {
    const ahead = (seconds: number, typ = 'access'): string =>
      signed({ ...goodClaims, typ, iat: iat + seconds, exp: iat + 99_999 });

    expect(codeOf(() => tokens.readAccess(ahead(59)))).toBe('accepted');
    expect(codeOf(() => tokens.readAccess(ahead(62)))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => tokens.readAccess(ahead(86_400)))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => tokens.readRefresh(ahead(59, 'refresh')))).toBe('accepted');
    expect(codeOf(() => tokens.readRefresh(ahead(62, 'refresh')))).toBe('UNAUTHENTICATED');

    const started = clock;
    const token = tokens.signAccess(identity);
    expect(codeOf(() => tokens.readAccess(token))).toBe('accepted');
    clock = started - 62_000;
    expect(codeOf(() => tokens.readAccess(token))).toBe('UNAUTHENTICATED');
    clock = started;
  });

  it.each(Object.keys(goodClaims).filter((name) => name !== 'iat') as (keyof typeof goodClaims)[])(
    'are refused without the claim %s',
    (name) => {
      expect(codeOf(() => tokens.readAccess(signed(without(name))))).toBe('UNAUTHENTICATED');
    },
  );

  it('are rejected without the claim iat', () => {
    expect(codeOf(() => tokens.readAccess(signed(without('iat'), { noTimestamp: true })))).toBe('UNAUTHENTICATED');
  });

  it.each([
    ['a foreign issuer', signed({ ...goodClaims, iss: 'other' })],
    ['a foreign audience', signed({ ...goodClaims, aud: 'other' })],
    ['several audiences', signed({ ...goodClaims, aud: ['crm-api', 'other'] })],
    ['an unknown role', signed({ ...goodClaims, role: 'root' })],
    ['a tenant off the pattern', signed({ ...goodClaims, tenant_id: "a' or 1=1" })],
    ['the type refresh', signed({ ...goodClaims, typ: 'refresh' })],
    ['an unknown kid', signed(goodClaims, { keyid: 'newer' })],
    ['no kid', jwt.sign(goodClaims, SECRET)],
    ['the name of another key', signed(goodClaims, { keyid: 'old' })],
    ['another HMAC', signed(goodClaims, { algorithm: 'HS512' })],
    ['a key of its own', jwt.sign(goodClaims, OLD_SECRET, { keyid: 'new' })],
    [
      'a key of its own in the header',
      jwt.sign(goodClaims, OLD_SECRET, {
        keyid: 'new',
        header: { alg: 'HS256', jwk: { kty: 'oct', k: OLD_SECRET }, jku: 'https://x.example' } as jwt.JwtHeader,
      }),
    ],
    [
      'an RSA signature',
      jwt.sign(goodClaims, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, {
        algorithm: 'RS256',
        keyid: 'new',
      }),
    ],
    ['no signature', `${signed(goodClaims).split('.').slice(0, 2).join('.')}.`],
    [
      'alg none',
      `${Buffer.from('{"alg":"none","typ":"JWT","kid":"new"}').toString('base64url')}.${signed(goodClaims).split('.')[1] ?? ''}.`,
    ],
    ['a changed payload', tampered(signed(goodClaims))],
    ['nothing in it', ''],
    ['words', 'not a token'],
    ['10 000 characters', `${signed(goodClaims)}${'A'.repeat(10_000)}`],
    ['a header that is no JSON', `e30x.${signed(goodClaims).split('.').slice(1).join('.')}`],
  ])('are refused with %s', (_name, token) => {
    expect(codeOf(() => tokens.readAccess(token))).toBe('UNAUTHENTICATED');
  });

  it('do not open what the other type opens', () => {
    expect(codeOf(() => tokens.readAccess(tokens.signRefresh(identity, v7())))).toBe('UNAUTHENTICATED');
    expect(codeOf(() => tokens.readRefresh(tokens.signAccess(identity)))).toBe('UNAUTHENTICATED');
  });

  it('cannot be made without a key', () => {
    expect(() => new Tokens({ ...options, keys: [] })).toThrow('no key');
  });
});

function tampered(token: string): string {
  const [header = '', , signature = ''] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ ...goodClaims, role: 'admin' })).toString('base64url');
  return `${header}.${payload}.${signature}`;
}
