/** One schedule's callers: they borrow connections, send what the schedule says, and note what they were told. */
import type pg from 'pg';
import { copyLine, copyText, textOf, type StatementDefinition } from './answers.js';
import type { Fault } from './faults.js';
import { FLOOD_SIZE, type BatchPlan, type Lease, type Schedule } from './schedule.js';
import { release, processIdOf, run, startCopy, statement } from './subject.js';
import type { SentBatch, SentCopy, Use } from './verdict.js';
import { turns } from './wire.js';

type LeaseOf<Type extends Lease['type']> = Extract<Lease, { type: Type }>;

const control = (text: string): Use => ({ definition: undefined, text, value: '' });

/** Texts differ from one play to the next: nothing that the process remembers of an earlier one may count. */
let plays = 0;

export class Callers {
  readonly definitions: readonly StatementDefinition[];
  readonly batches: SentBatch[] = [];
  readonly copies: SentCopy[] = [];
  /** By the number of the batch. */
  readonly faults = new Map<number, Fault>();
  private readonly play = (plays += 1);
  private numbers = 0;
  private floods = 0;

  constructor(private readonly schedule: Schedule) {
    this.definitions = schedule.statements.map((one, index) => ({ ...one, id: `s${index}.${this.play}` }));
  }

  /** One caller's part. */
  async call(pool: pg.Pool, leases: readonly Lease[]): Promise<void> {
    for (const lease of leases) {
      // Connections that the server rejects are no fault of the client, if they leave no trace.
      const client = await pool.connect().catch(() => undefined);
      if (!client) continue;
      if (lease.type === 'copy') await this.copy(client, lease);
      else if (lease.type === 'batches') await this.lease(client, lease);
      else await this.flood(client, lease);
    }
  }

  /** @returns the error, if it was rejected */
  async send(client: pg.PoolClient, uses: readonly Use[], fault: Fault, isFirst: boolean): Promise<unknown> {
    const number = (this.numbers += 1);
    this.faults.set(number, fault);
    const batch: SentBatch = { number, isFirst, processId: processIdOf(client), uses: uses.map(valued(number)) };
    this.batches.push(batch);
    try {
      const statements = batch.uses.map(({ text, value }) => statement(text, value === '' ? [] : [value]));
      batch.outcome = { results: await run(client, statements, this.schedule) };
      return undefined;
    } catch (error) {
      batch.outcome = { error };
      return error;
    }
  }

  /** Every statement of the schedule once. */
  all(): Use[] {
    return [...this.definitions.map(useOf), useOf(this.marker)];
  }

  /** Has a value in any schedule, by which the server knows the batch. */
  private get marker(): StatementDefinition {
    return { id: `marker.${this.play}`, type: 'rows', rows: 1, isMigrated: false, isLong: false };
  }

  private usesOf({ statements }: BatchPlan): Use[] {
    const chosen = statements.flatMap((index) => this.definitions[index] ?? []);
    return (chosen.every(({ type }) => type === 'blank') ? [...chosen, this.marker] : chosen).map(useOf);
  }

  private async lease(client: pg.PoolClient, lease: LeaseOf<'batches'>): Promise<void> {
    const { explicitTransaction } = this.schedule;
    const isTransaction = lease.isTransaction && !explicitTransaction;
    const rejections: Promise<unknown>[] = [];
    for (const [index, plan] of lease.batches.entries()) {
      const rejection = this.send(client, this.usesIn(lease, index, isTransaction), plan.fault, index === 0);
      rejections.push(rejection);
      if (lease.isQueued) continue;
      if ((await rejection) !== undefined && (isTransaction || explicitTransaction)) break;
    }
    await Promise.all(rejections);
    await release(client);
  }

  private usesIn({ batches }: LeaseOf<'batches'>, index: number, isTransaction: boolean): Use[] {
    const plan = batches[index];
    const uses = plan ? this.usesOf(plan) : [];
    if (isTransaction && index === 0) uses.unshift(control('BEGIN'));
    if (isTransaction && index + 1 === batches.length) uses.push(control('COMMIT'));
    return uses;
  }

  private async flood(client: pg.PoolClient, { batches, fault }: LeaseOf<'flood'>): Promise<void> {
    for (let batch = 0; batch < batches; batch += 1) {
      this.floods += 1;
      const uses = Array.from({ length: FLOOD_SIZE }, (_one, index) =>
        useOf({ ...this.marker, id: `flood${this.floods}-${index}.${this.play}` }),
      );
      const failure = await this.send(client, uses, fault, batch === 0);
      if (failure !== undefined && this.schedule.explicitTransaction) break;
    }
    await release(client);
  }

  private async copy(client: pg.PoolClient, { lengths, pauses, leavesAt, fault }: LeaseOf<'copy'>): Promise<void> {
    const number = (this.numbers += 1);
    this.faults.set(number, fault);
    const expected = Buffer.concat(lengths.map((length, row) => withCrlf(copyLine(row, length))));
    const sent: SentCopy = { number, processId: processIdOf(client), expected };
    this.copies.push(sent);
    const { stream, over } = startCopy(client, copyText(number, lengths));
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream) {
        if (chunks.length === leavesAt) break;
        chunks.push(chunk as Buffer);
        await turns(pauses[chunks.length % pauses.length] ?? 0);
      }
      if (chunks.length !== leavesAt) sent.outcome = { bytes: Buffer.concat(chunks) };
    } catch (error) {
      sent.outcome = { error };
    }
    sent.outcome ??= 'left';
    await over;
  }
}

function useOf(definition: StatementDefinition): Use {
  return { definition, text: textOf(definition), value: definition.type === 'blank' ? '' : 'é' };
}

/** With the number of the batch in each value, where the server looks for it. */
const valued = (number: number) => (use: Use, index: number) =>
  use.value === '' ? use : { ...use, value: `batch ${number}, statement ${index}, ${use.value}` };

const withCrlf = (line: Buffer): Buffer => Buffer.concat([line.subarray(0, -1), Buffer.from('\r\n')]);
