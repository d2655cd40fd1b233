/** Two companies, what one of them asks for of the other, and how its answers are compared. */
import type { OwnService, TestTenant } from '../support/service.js';
import { startTestService } from '../support/service.js';
import type { Answer } from '../support/client.js';
import { digestTenant, idsOf, makeTarget, nobody, type Target } from '../contract/surface/target.js';

export interface Companies {
  readonly service: OwnService;
  /** Who asks, and whose records are asked for. */
  readonly caller: TestTenant;
  readonly victim: TestTenant;
  /** A company that never asked for anything: the log of the other one is full of what it asked for. */
  readonly quiet: TestTenant;
  readonly own: Target;
  readonly foreign: Target;
  readonly unknown: Target;
  /** So far. */
  attempts: number;
  /** Of all that the victim has, before anything was asked. */
  readonly before: string;
}

export async function startCompanies(): Promise<Companies> {
  const service = await startTestService();
  const [caller, victim, quiet] = [await service.aTenant(), await service.aTenant(), await service.aTenant()];
  await makeTarget(service, quiet);
  const own = await makeTarget(service, caller);
  const foreign = await makeTarget(service, victim);
  await makeTarget(service, victim);
  const before = await digestTenant(service, victim.id, 'with trail');
  return { service, caller, victim, quiet, own, foreign, unknown: nobody(foreign), attempts: 0, before };
}

/** Who looks for foreign records through an operation. */
export function askerOf({ caller, quiet }: Companies, name: string): TestTenant {
  return name === 'Query.auditEvents' || name === 'GET /v1/audit/logs' ? quiet : caller;
}

/** The answer without what may differ: the request's own id, and what was asked for. */
export function comparable({ status, headers, text }: Answer, asked: readonly string[]): string {
  const kept = ['content-type', 'etag', 'location', 'link', 'x-total-rows', 'content-length'];
  const head = kept.map((name) => `${name}: ${headers.get(name) ?? ''}`);
  const requestId = headers.get('x-request-id') ?? '';
  const body = [requestId, ...asked].reduce((left, word) => left.replaceAll(word, '…'), text);
  return [String(status), ...head, body].join('\n');
}

/** Asked for the other tenant's record the service answers as for one that nobody has. */
export async function expectSameAnswers(
  companies: Companies,
  attempt: (target: Target) => Promise<Answer>,
): Promise<void> {
  const { foreign, unknown, victim } = companies;
  const [asForeign, asUnknown] = [await attempt(foreign), await attempt(unknown)];
  companies.attempts += 1;

  expect(asForeign.status).toBeLessThan(500);
  // A document that is rejected as a whole asks for nothing.
  expect(asForeign.text).not.toMatch(/GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED|BAD_USER_INPUT|QUERY_TOO_COMPLEX/);
  expect(comparable(asForeign, idsOf(foreign))).toBe(comparable(asUnknown, idsOf(unknown)));
  expect(asForeign.text).not.toContain(victim.id);
  expect(asForeign.text).not.toContain(victim.admin.email);
}

/** After all attempts: enough of them, and the other tenant's rows are what they were, byte for byte. */
export async function expectUntouched({ service, victim, before, attempts }: Companies, least: number): Promise<void> {
  expect(attempts).toBeGreaterThan(least);
  expect(await digestTenant(service, victim.id, 'with trail')).toBe(before);
}
