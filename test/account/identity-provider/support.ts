/** Providers of a tenant, registered through the service, and callers with their tokens. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';
import { idOf } from '../api-key/support.js';
import type { TestIssuer } from './issuer.js';

/** What the tokens are for. */
export const AUDIENCE = 'crm';
export const PROVIDERS = '/v1/identity-providers';

/** @param fields in REST names @returns its id */
export async function register(
  service: TestService,
  tenant: TestTenant,
  { issuer }: Pick<TestIssuer, 'issuer'>,
  fields: object = {},
): Promise<string> {
  const body = { issuer, audience: [AUDIENCE], default_role: 'user', ...fields };
  const answer = await as(service, tenant.admin).post(PROVIDERS, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return idOf(answer);
}

export function withToken(service: Pick<TestService, 'origin'>, tenant: Pick<TestTenant, 'id'>, token: string): Client {
  return as(service, { token, tenantId: tenant.id });
}

export interface PastedProvider {
  /** A token of whoever has this verified address. */
  readonly tokenFor: (email: string) => Promise<string>;
}

const pasted = new Map<string, Promise<PastedProvider>>();

/** The tenant's provider whose keys are pasted, so that nobody is asked for them; one for each tenant. */
export function pastedProvider(service: TestService, tenant: TestTenant): Promise<PastedProvider> {
  const known = pasted.get(tenant.id) ?? makePasted(service, tenant);
  pasted.set(tenant.id, known);
  return known;
}

async function makePasted(service: TestService, tenant: TestTenant): Promise<PastedProvider> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const issuer = `https://${tenant.id}.exemple.fr`;
  const jwks = { keys: [await exportJWK(publicKey)] };
  await register(service, tenant, { issuer }, { jwks, algorithms: ['EdDSA'], link_by_email: true });
  const tokenFor = (email: string): Promise<string> =>
    new SignJWT({ email, email_verified: true })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(issuer)
      .setAudience(AUDIENCE)
      .setSubject(email)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return { tokenFor };
}

/** Failures are counted by address: each question has one of its own, where the service trusts the proxy. */
let addresses = 0;

/** Who the token makes its bearer, over both transports; the code of the error where it makes them nobody. */
export async function whoIs(
  service: Pick<TestService, 'origin'>,
  tenant: Pick<TestTenant, 'id'>,
  token: string,
): Promise<readonly [rest: unknown, graphql: unknown]> {
  const client = withToken(service, tenant, token);
  addresses += 1;
  const headers = { 'x-forwarded-for': `198.51.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}` };
  const rest = await client.get('/v1/auth/me', headers);
  const graphql = await client.graphql('{ viewer { user { email role } } }', {}, headers);
  return [nameOf(rest), nameOf(graphql)];
}

function nameOf({ text }: Answer): string {
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1];
  const [, email] = /"email":"([^"]+)"/.exec(text) ?? [];
  const [, role = ''] = /"role":"(\w+)"/.exec(text) ?? [];
  return code ?? `${email ?? 'nobody'} ${role.toLowerCase()}`;
}

/** The same answer on both transports. */
export function both(value: unknown): readonly [unknown, unknown] {
  return [value, value];
}
