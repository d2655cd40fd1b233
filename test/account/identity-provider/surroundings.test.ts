/** What providers may be by configuration, and what the logs say of their tokens. */
import { as } from '../../support/client.js';
import { useOwnService } from '../../support/use-service.js';
import { eventsOf } from '../api-key/support.js';
import { anIssuer } from './issuer.js';
import { both, pastedProvider, PROVIDERS, register, whoIs } from './support.js';

const lines: string[] = [];
const service = useOwnService(
  { TRUSTED_PROXIES: 'loopback', LOG_LEVEL: 'info', JWT_ISSUER: 'https://crm.exemple.fr' },
  { log: { write: (line) => lines.push(line) } },
);

/** What is registered with this issuer, where the service is configured so. */
async function statusWith(variables: Readonly<Record<string, string>>, issuer: string): Promise<number> {
  const { admin } = await service.aTenant();
  const answer = await as(await service.besides(variables), admin).post(PROVIDERS, { issuer, audience: ['crm'] });
  return answer.status;
}

const PRODUCTION = { NODE_ENV: 'production', JWT_SECRETS: 'k1:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_' };

describe('the issuer', () => {
  it('is never our own', async () => {
    expect(await statusWith({}, 'https://crm.exemple.fr')).toBe(422);
    expect(await statusWith({}, 'https://crm.exemple.fr/')).toBe(201);
    expect(await statusWith({ JWT_ISSUER: 'crm' }, 'https://crm.exemple.fr')).toBe(201);
  });

  it.each([
    ['http://127.0.0.1:8080', 201, 422, 422],
    ['http://localhost/realms/acme', 201, 422, 422],
    ['https://10.0.0.7/realms/acme', 201, 422, 201],
    ['https://[fd00::7]', 201, 422, 201],
    ['https://169.254.169.254', 201, 422, 201],
    ['https://connexion.exemple.fr', 201, 201, 201],
  ])('%s is taken: here %i, in production %i, there with IDP_ALLOW_PRIVATE %i', async (issuer, ...expected) => {
    const variables = [{}, PRODUCTION, { ...PRODUCTION, IDP_ALLOW_PRIVATE: 'true' }];

    expect(await Promise.all(variables.map((each) => statusWith(each, issuer)))).toEqual(expected);
  });
});

describe('the log', () => {
  it('says who is unknown, and the audit log does not', async () => {
    const [tenant, issuer] = [await service.aTenant(), await anIssuer()];
    await register(service, tenant, issuer);
    lines.length = 0;

    for (const claims of [{ iss: 'https://nobody.example' }, { aud: 'wiki' }])
      expect(await whoIs(service, tenant, await issuer.sign(claims))).toEqual(both('UNAUTHENTICATED'));

    expect(lines.filter((line) => line.includes('unknown credential'))).toHaveLength(4);
    expect(lines.join('')).toContain('token of an identity provider');
    expect(await eventsOf(service, tenant.id, 'access.')).toEqual([]);
    await issuer.close();
  });

  it('says once why keys could not be fetched, and of each request that it came with a provider’s token', async () => {
    const [tenant, issuer] = [await service.aTenant(), await anIssuer()];
    await register(service, tenant, issuer);
    issuer.replace((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    lines.length = 0;

    expect(await whoIs(service, tenant, await issuer.sign())).toEqual(both('UNAVAILABLE'));
    expect(lines.filter((line) => line.includes('could not be fetched'))).toEqual([
      expect.stringContaining('status 302'),
    ]);
    expect(issuer.asked).not.toContain('/elsewhere');
    await issuer.close();
    const { tokenFor } = await pastedProvider(service, tenant);
    expect(await whoIs(service, tenant, await tokenFor(tenant.user.email))).toEqual(both(`${tenant.user.email} user`));
    expect(lines.filter((line) => line.includes('"credential":"provider"'))).toHaveLength(2);
  });
});
