/** A real OpenID provider on loopback, whose people sign in through it, and whose keys tests may sign with as well. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTHeaderParameters } from 'jose';
import Provider from 'oidc-provider';
import { newId } from '../../../src/platform/values/ids.js';
import { AUDIENCE } from './support.js';

export type Claims = Readonly<Record<string, unknown>>;

export interface TestIssuer {
  readonly issuer: string;
  /** Paths that were asked, in order. */
  readonly asked: string[];
  /** The private keys that it signs with, as it publishes their public parts. */
  readonly keys: readonly JWK[];
  /** Signs somebody in by the authorization code flow. @param claims with `sub` @returns the id token */
  signIn(claims: Claims, clientId?: string): Promise<string>;
  /** A token that it might have made: what is usual, with other claims on top; `undefined` leaves one out. */
  sign(claims?: Claims, header?: Partial<JWTHeaderParameters>, key?: JWK): Promise<string>;
  /** New keys in place of the old ones. */
  rotate(): Promise<void>;
  /** Answers everything in its place, until the next call without a listener. */
  replace(listener?: RequestListener): void;
  close(): Promise<void>;
}

async function aKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: newId(), use: 'sig', alg: 'RS256' };
}

const CALLBACK = 'http://127.0.0.1:1/callback';
/** A second client, whose tokens are not for us. */
export const OTHER_CLIENT = 'wiki';
const SECRET = 'a-secret-that-tests-share-2026';

export async function anIssuer(): Promise<TestIssuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Claims>();
  const asked: string[] = [];
  let keys = [await aKey()];
  let answer = answerOf(issuer, keys, accounts);
  let replacement: RequestListener | undefined;
  server.on('request', (request, response) => {
    asked.push(request.url ?? '');
    (replacement ?? answer)(request, response);
  });
  return {
    issuer,
    asked,
    get keys() {
      return keys;
    },
    signIn: async (claims, clientId = AUDIENCE) => {
      accounts.set(String(claims.sub), claims);
      return authorize(issuer, String(claims.sub), clientId);
    },
    sign: (claims = {}, header = {}, key = keys[0]) => signToken(issuer, claims, header, key),
    rotate: async () => {
      keys = [await aKey()];
      answer = answerOf(issuer, keys, accounts);
    },
    replace: (listener) => {
      replacement = listener;
    },
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

async function signToken(
  iss: string,
  claims: Claims,
  header: Partial<JWTHeaderParameters>,
  key: JWK | undefined,
): Promise<string> {
  if (!key) throw new Error('No key.');
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss, aud: AUDIENCE, sub: newId(), iat: now, exp: now + 600 };
  const all: Claims = { ...usual, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  const protectedHeader = { alg: 'RS256', kid: key.kid ?? '', typ: 'JWT', ...header };
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key);
}

function answerOf(issuer: string, keys: readonly JWK[], accounts: ReadonlyMap<string, Claims>): RequestListener {
  const { warn } = console;
  // It warns that it keeps what it knows in memory.
  console.warn = () => undefined;
  const provider: Provider = new Provider(
    issuer,
    configuration(keys, accounts, () => provider),
  );
  console.warn = warn;
  const callback = provider.callback();
  return (request, response) => {
    if (request.url?.startsWith('/interaction/')) void finish(provider, request, response);
    else callback(request, response);
  };
}

/** Whoever asks is signed in as the account that the hint names. */
async function finish(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const accountId = decodeURIComponent(request.url?.split('account=')[1] ?? '');
  await provider.interactionFinished(request, response, { login: { accountId } });
}

function configuration(keys: readonly JWK[], accounts: ReadonlyMap<string, Claims>, provider: () => Provider): object {
  const client = (client_id: string): object => ({
    client_id,
    client_secret: SECRET,
    redirect_uris: [CALLBACK],
    application_type: 'web',
    grant_types: ['authorization_code'],
    response_types: ['code'],
  });
  return {
    jwks: { keys },
    clients: [client(AUDIENCE), client(OTHER_CLIENT)],
    cookies: { keys: [SECRET] },
    pkce: { required: () => false },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'email', 'email_verified', 'name', 'realm_access'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx: unknown, sub: string) => ({ accountId: sub, claims: () => ({ ...accounts.get(sub), sub }) }),
    interactions: {
      url: (_ctx: unknown, { uid, params }: { uid: string; params: { login_hint: string } }) =>
        `/interaction/${uid}?account=${encodeURIComponent(params.login_hint)}`,
    },
    loadExistingGrant: async (ctx: {
      oidc: { client: { clientId: string }; session: { accountId: string } };
    }): Promise<object> => {
      const { client: asking, session } = ctx.oidc;
      const grant = new (provider().Grant)({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  };
}

/** Follows the redirects of the authorization code flow like a browser, with its cookies. */
async function authorize(issuer: string, account: string, clientId: string): Promise<string> {
  const query = new URLSearchParams({
    ...{ client_id: clientId, response_type: 'code', scope: 'openid', redirect_uri: CALLBACK },
    ...{ login_hint: account, nonce: newId() },
  });
  const cookies = new Map<string, string>();
  let next = `${issuer}/auth?${query.toString()}`;
  for (let hops = 0; !next.startsWith(CALLBACK); hops += 1) {
    if (hops > 10) throw new Error(`Redirected in circles: ${next}`);
    next = new URL(await redirectOf(next, cookies), issuer).href;
  }
  return exchange(issuer, new URL(next).searchParams.get('code') ?? '', clientId);
}

async function redirectOf(url: string, cookies: Map<string, string>): Promise<string> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(name, value);
  }
  const location = response.headers.get('location');
  if (location === null) throw new Error(await response.text());
  return location;
}

async function exchange(issuer: string, code: string, clientId: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${SECRET}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK }),
  });
  const { id_token } = (await response.json()) as { id_token?: string };
  if (id_token === undefined) throw new Error('No id token.');
  return id_token;
}
