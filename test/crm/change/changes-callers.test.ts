/** Whoever waits for changes is identified again before the answer: by each credential, over both transports. */
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { aServiceKey, eventsOf, type TestKey } from '../../account/api-key/support.js';
import { aCustomer } from '../customer/customer-support.js';
import { as, type Answer, type Client } from '../../support/client.js';
import type { TestTenant } from '../../support/service.js';
import { useOwnService } from '../../support/use-service.js';
import { onEachStatement } from '../../support/statements.js';

const service = useOwnService();
const CHANGES = '/v1/commercial/changes';
const READ = ['customer:read', 'contact:read', 'opportunity:read', 'activity:read'];
let tenant: TestTenant;
let admin: Client;

beforeEach(async () => {
  tenant = await service.aTenant();
  admin = as(service, tenant.admin);
});

const FEED = `query ($after: String, $wait: Int) { changes(after: $after, wait: $wait) { nodes { id } } }`;

type Wait = (client: Client, after: string, headers: Record<string, string>) => Promise<Answer>;
const overRest: Wait = (client, after, headers) => client.get(`${CHANGES}?cursor=${after}&wait=25`, headers);
const overGraphql: Wait = (client, after, headers) => client.graphql(FEED, { after, wait: 25 }, headers);

function codeOf({ body }: Answer): unknown {
  const { code, errors } = body as { code?: string; errors?: { extensions: { code: string } }[] };
  return code ?? errors?.[0]?.extensions.code ?? 'answered';
}

/** Until somebody waits: then the next statement asks for new seals. */
async function untilWaiting(): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = onEachStatement(({ text }) => {
      if (!text.includes('seals_since')) return;
      stop();
      resolve();
    });
  });
}

async function latest(): Promise<string> {
  return ((await admin.get(`${CHANGES}?cursor=LATEST`)).body as { readonly next_cursor: string }).next_cursor;
}

describe.each([
  ['REST', overRest],
  ['GraphQL', overGraphql],
] as const)('over %s', (_name, wait) => {
  /** @param meanwhile what happens while the key's request waits, before the change that ends it */
  async function answerAfter(
    key: TestKey,
    headers: Record<string, string>,
    meanwhile: () => Promise<Answer>,
  ): Promise<Answer> {
    const after = await latest();
    const answer = wait(as(service, key), after, headers);
    await untilWaiting();
    expect((await meanwhile()).status).toBeLessThan(300);
    await aCustomer(admin);
    await sealTenant(service.database, tenant.id);
    return answer;
  }

  test('a key waits, and is answered; revoked meanwhile it is not', async () => {
    const [kept, revoked] = [await aServiceKey(service, tenant, READ), await aServiceKey(service, tenant, READ)];

    expect(codeOf(await answerAfter(kept, {}, () => admin.get('/v1/auth/me')))).toBe('answered');
    expect(codeOf(await answerAfter(revoked, {}, () => admin.delete(`/v1/api-keys/${revoked.id}`)))).toBe(
      'UNAUTHENTICATED',
    );
  });

  test('a call on behalf of a person is answered; once it may not be made any more, it is not that of the key itself', async () => {
    const key = await aServiceKey(service, tenant, ['user:impersonate', ...READ]);
    const headers = { 'x-on-behalf-of': tenant.user.id };

    expect(codeOf(await answerAfter(key, headers, () => admin.get('/v1/auth/me')))).toBe('answered');
    const answer = await answerAfter(key, headers, () =>
      admin.put(`/v1/users/${tenant.user.id}`, { is_active: false }),
    );

    expect(codeOf(answer)).toBe('FORBIDDEN');
    expect((await eventsOf(service, tenant.id, 'access.denied')).length).toBe(1);
  });

  test('a key that may not read every type of record gets no feed', async () => {
    const key = await aServiceKey(service, tenant, READ.slice(1));

    expect(codeOf(await wait(as(service, key), await latest(), {}))).toBe('FORBIDDEN');
  });
});
