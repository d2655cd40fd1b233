/** Plays one schedule with the client against the server, and tells what went wrong. */
import type pg from 'pg';
import { Callers } from './caller.js';
import type { Fault } from './faults.js';
import { FLOOD_SIZE, type Schedule } from './schedule.js';
import type { FakeServer } from './server.js';
import { release, mayRunAgain, NAME_LIMIT, openPool } from './subject.js';
import { problemOf, problemOfCopy, type Circumstances } from './verdict.js';
import { Watchdog } from './watchdog.js';
import { turns } from './wire.js';

const ANSWER_TIMEOUT_MILLIS = 120;
/** Five milliseconds and some turns of the event loop each: three times the limit of a client that goes by the clock. */
const PATIENCE_STEPS = 75;

const isSilent = (fault: Fault): boolean => 'ending' in fault && fault.ending === 'freeze';

export function faultsOf({ callers }: Schedule): Fault[] {
  return callers
    .flat()
    .flatMap((lease) => ('fault' in lease ? [lease.fault] : lease.batches.map(({ fault }) => fault)));
}

class Stage {
  private readonly callers: Callers;
  private readonly pool: pg.Pool;
  private readonly dog: Watchdog;
  private readonly mayTimeOut: boolean;

  constructor(
    private readonly server: FakeServer,
    private readonly schedule: Schedule,
  ) {
    const { cutting, openings, connections } = schedule;
    this.callers = new Callers(schedule);
    server.begin({ cutting, openings }, this.callers.faults);
    this.mayTimeOut = faultsOf(schedule).some(isSilent);
    const answerTimeoutMillis = this.mayTimeOut ? ANSWER_TIMEOUT_MILLIS : 60_000;
    this.pool = openPool({ port: server.port, max: connections, answerTimeoutMillis });
    this.dog = new Watchdog(() => server.activity, PATIENCE_STEPS);
  }

  /** @returns what went wrong */
  async perform(): Promise<readonly string[]> {
    try {
      return await this.acts();
    } catch (error) {
      return [...this.judge(), String(error)];
    } finally {
      this.server.destroySessions();
      await turns(3);
    }
  }

  private async acts(): Promise<string[]> {
    const { pool, callers, schedule, server } = this;
    await this.dog.wait(Promise.all(schedule.callers.map((leases) => callers.call(pool, leases))), 'a caller');
    await server.calm();
    await turns(10);
    const problems = this.judge();
    if (problems.length > 0) return problems;
    // A connection may be broken without the client's knowledge: after one attempt it knows.
    await this.dog.wait(this.verify(), 'a loan of every connection');
    problems.push(...(await this.verifyAgain()), ...this.judge(), ...this.namesTooMany());
    server.thaw();
    await this.dog.wait(pool.end(), 'the end of the pool');
    return problems;
  }

  /** Every connection answers now. On a loaded machine one may need a little longer than these schedules allow: it has more tries. */
  private async verifyAgain(): Promise<readonly string[]> {
    let rejected: readonly string[] = [];
    for (let tries = this.mayTimeOut ? 5 : 1; tries > 0; tries -= 1) {
      const first = this.callers.batches.length;
      await this.dog.wait(this.verify(), 'a later loan of every connection');
      rejected = this.rejectedSince(first);
      if (rejected.length === 0) break;
    }
    return rejected;
  }

  private circumstances({ number, processId }: { readonly number: number; readonly processId: number }): Circumstances {
    return {
      record: this.server.records.get(number),
      session: this.server.session(processId),
      skipped: this.schedule.explicitTransaction ? 1 : 0,
      mayTimeOut: this.mayTimeOut,
    };
  }

  private judge(): string[] {
    const { batches, copies } = this.callers;
    const problems = [
      ...batches.map((batch) => [batch.number, problemOf(batch, this.circumstances(batch))] as const),
      ...copies.map((copy) => [copy.number, problemOfCopy(copy, this.circumstances(copy))] as const),
    ];
    return problems.flatMap(([number, problem]) => (problem === undefined ? [] : `batch ${number} ${problem}`));
  }

  /** All connections at once, and every statement on each of them. */
  private async verify(): Promise<void> {
    const { pool, schedule } = this;
    const clients = await Promise.all(Array.from({ length: schedule.connections }, () => pool.connect()));
    await Promise.all(clients.map((client) => this.verifyClient(client)));
  }

  private async verifyClient(client: pg.PoolClient): Promise<void> {
    const { callers, schedule } = this;
    let failure = await callers.send(client, callers.all(), { type: 'none' }, true);
    if (failure !== undefined && mayRunAgain(failure)) {
      if (schedule.explicitTransaction) await client.query('ROLLBACK');
      failure = await callers.send(client, callers.all(), { type: 'none' }, true);
    }
    await release(client);
  }

  private rejectedSince(first: number): string[] {
    return this.callers.batches
      .slice(first)
      .flatMap(({ number, outcome }) =>
        outcome && 'error' in outcome ? [`batch ${number}, after the schedule, failed: ${String(outcome.error)}`] : [],
      );
  }

  private namesTooMany(): string[] {
    return this.server.sessions
      .filter(({ mostNames }) => mostNames > NAME_LIMIT + FLOOD_SIZE)
      .map(({ processId, mostNames }) => `connection ${processId} holds ${mostNames} names`);
  }
}

/** @returns what went wrong */
export function playSchedule(server: FakeServer, schedule: Schedule): Promise<readonly string[]> {
  return new Stage(server, schedule).perform();
}
