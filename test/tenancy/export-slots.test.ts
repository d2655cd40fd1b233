/** Places for exports under arrivals, releases and departures by chance, on a clock of the test's own. */
import { jest } from '../support/jest.js';
import fc from 'fast-check';
import { AppError } from '../../src/platform/errors/errors.js';
import { EXPORT_LIMITS } from '../../src/tenancy/export-limits.js';
import { ExportSlots, type ExportSlot } from '../../src/tenancy/export-slots.js';

const TENANTS = ['a', 'b', 'c', 'd', 'e'] as const;
const { places: PLACES, slotsPerTenant: PER_TENANT, waitMs: WAIT_MS } = EXPORT_LIMITS;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

interface Export {
  readonly tenant: string;
  readonly arrived: number;
  readonly controller: AbortController;
  state: 'waiting' | 'running' | 'rejected' | 'over';
  place?: ExportSlot;
  /** Since its tenant's last turn, while that ran none: how many exports of each other tenant were let in. */
  readonly overtaken: Map<string, number>;
}

/** The places, and what the test knows of them. */
class Office {
  readonly exports: Export[] = [];
  readonly faults: string[] = [];
  private readonly places = new ExportSlots(EXPORT_LIMITS);

  of(state: Export['state'], tenant?: string): Export[] {
    return this.exports.filter((one) => one.state === state && (tenant === undefined || one.tenant === tenant));
  }

  async arrive(tenant: string): Promise<void> {
    const controller = new AbortController();
    const one: Export = { tenant, arrived: Date.now(), controller, state: 'waiting', overtaken: new Map() };
    this.exports.push(one);
    this.places.take(tenant, controller.signal).then(
      (place) => {
        this.onLetIn(one, place);
      },
      (error: unknown) => {
        one.state = 'rejected';
        if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') this.faults.push(String(error));
        if (error instanceof AppError && !(Number(error.retryAfterSeconds) > 0)) this.faults.push('no Retry-After');
      },
    );
    await this.settle();
  }

  private onLetIn(one: Export, place: ExportSlot): void {
    const isSecond = this.of('running', one.tenant).length > 0;
    one.state = 'running';
    one.place = place;
    for (const sibling of this.of('waiting', one.tenant)) sibling.overtaken.clear();
    for (const other of this.of('waiting')) {
      if (other.tenant === one.tenant || this.of('running', other.tenant).length > 0) continue;
      if (isSecond) this.faults.push(`a second of ${one.tenant} while ${other.tenant} waits`);
      other.overtaken.set(one.tenant, (other.overtaken.get(one.tenant) ?? 0) + 1);
    }
    if (Date.now() - one.arrived > WAIT_MS) this.faults.push('let in too late');
  }

  async release(index: number, twice: boolean): Promise<void> {
    const running = this.of('running');
    const one = running[index % running.length];
    if (!one) return;
    one.state = 'over';
    one.place?.release();
    if (twice) one.place?.release();
    await this.settle();
  }

  async leave(index: number): Promise<void> {
    const waiting = this.of('waiting');
    waiting[index % waiting.length]?.controller.abort();
    await this.settle();
  }

  async pass(ms: number): Promise<void> {
    jest.advanceTimersByTime(ms);
    await this.settle();
  }

  private async settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    this.check();
  }

  private check(): void {
    const running = this.of('running').length;
    if (running > PLACES) this.faults.push(`${running} at once`);
    for (const tenant of TENANTS) this.checkTenant(tenant, running);
    for (const { arrived, overtaken } of this.of('waiting')) {
      if (Date.now() - arrived >= WAIT_MS) this.faults.push('waits longer than the limit');
      if (Math.max(0, ...overtaken.values()) > 1) this.faults.push('overtaken twice by the same tenant');
    }
  }

  private checkTenant(tenant: string, running: number): void {
    const own = this.of('running', tenant).length;
    if (own > PER_TENANT) this.faults.push(`${own} of one tenant`);
    const mayRun = running < PLACES && own < PER_TENANT;
    if (mayRun && this.of('waiting', tenant).length > 0) this.faults.push(`${tenant} waits beside a free place`);
  }
}

/** As data, so that a failure prints them. */
type Action =
  | { readonly arrive: string }
  | { readonly release: number; readonly twice: boolean }
  | { readonly leave: number }
  | { readonly pass: number };

const ACTION: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ arrive: fc.constantFrom(...TENANTS) }) },
  { weight: 3, arbitrary: fc.record({ release: fc.nat(50), twice: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ leave: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 1000 }) }) },
);

function act(office: Office, action: Action): Promise<void> {
  if ('arrive' in action) return office.arrive(action.arrive);
  if ('release' in action) return office.release(action.release, action.twice);
  return 'leave' in action ? office.leave(action.leave) : office.pass(action.pass);
}

test('are never too many, never lost, never kept from whoever waits, and fair', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ACTION, { minLength: 1, maxLength: 80, size: 'max' }), async (actions) => {
      const office = new Office();
      for (const action of actions) await act(office, action);

      await office.pass(WAIT_MS);
      expect(office.of('waiting')).toEqual([]);
      while (office.of('running').length > 0) await office.release(0, false);
      for (const tenant of ['x', 'x', 'y']) await office.arrive(tenant);

      expect(office.of('running')).toHaveLength(PLACES);
      expect(office.faults).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('a tenant that waits with none goes before the second of another, and takes turns with its like', async () => {
  const office = new Office();
  for (const tenant of ['a', 'b', 'c', 'a', 'a', 'd', 'e']) await office.arrive(tenant);
  const order: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const before = new Set(office.of('running'));
    // Of b, of c, of a, of d.
    await office.release(turn === 2 ? 0 : 1, false);
    order.push(...office.of('running').flatMap((one) => (before.has(one) ? [] : [one.tenant])));
  }

  expect(order).toEqual(['d', 'e', 'a', 'a']);
  expect(office.faults).toEqual([]);
});

test('who waits in vain is told after the limit and no earlier', async () => {
  const office = new Office();
  for (const tenant of ['a', 'b', 'c', 'd']) await office.arrive(tenant);

  await office.pass(WAIT_MS - 1);
  expect(office.of('waiting')).toHaveLength(1);
  await office.pass(1);
  expect(office.of('rejected')).toHaveLength(1);
});
