/** Whether a client said the truth about a batch: exactly its own rows, or an error that the server gave cause for. */
import { isDeepStrictEqual } from 'node:util';
import { expectedOf, type StatementDefinition } from './answers.js';
import type { BatchRecord, Session } from './server.js';
import { tagsBefore, type Results } from './subject.js';

/** One statement of a batch: of the schedule's, or BEGIN and COMMIT. */
export interface Use {
  readonly definition: StatementDefinition | undefined;
  readonly text: string;
  readonly value: string;
}

export interface SentBatch {
  readonly number: number;
  readonly uses: readonly Use[];
  readonly processId: number;
  /** Nothing was sent on this loan before. */
  readonly isFirst: boolean;
  outcome?: { readonly results: Results } | { readonly error: unknown };
}

export interface Circumstances {
  readonly record: BatchRecord | undefined;
  readonly session: Session | undefined;
  /** Tags of the client's own that stand before those of the batch. */
  readonly skipped: number;
  /** The client may give up by the clock. */
  readonly mayTimeOut: boolean;
}

/** @returns what is wrong */
export function problemOf(batch: SentBatch, circumstances: Circumstances): string | undefined {
  const { record } = circumstances;
  if (!batch.outcome) return 'was never settled';
  if (batch.isFirst && record && record.statusBefore !== 'I') return `began in a transaction (${record.statusBefore})`;
  return 'results' in batch.outcome
    ? problemOfResults(batch, batch.outcome.results, circumstances)
    : (problemOfError(batch.outcome.error, circumstances) ??
        problemOfCommit(batch, batch.outcome.error, circumstances));
}

function problemOfResults(batch: SentBatch, results: Results, { record, skipped }: Circumstances): string | undefined {
  if (!record) return 'was answered though the server never saw it';
  if (!record.isWhole) return 'was answered though the answer was cut short';
  if (record.log.error !== undefined) return `was answered though the server said ${record.log.error}`;
  const expected = batch.uses.map(({ definition, value }, index) =>
    definition
      ? expectedOf(definition, value, record.generation)
      : { rows: [], tag: record.log.tags[index + skipped] ?? '' },
  );
  if (results.length !== expected.length) return `has ${results.length} results for ${expected.length} statements`;
  const wrong = expected.findIndex((one, index) => !isDeepStrictEqual(plain(results[index]), plain(one)));
  if (wrong < 0) return undefined;
  return `statement ${wrong}: ${JSON.stringify(results[wrong])} in place of ${JSON.stringify(expected[wrong])}`;
}

/** Without prototypes, which are of no interest. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** What a client says of a lost connection cannot be judged where its clock or a reset decides what had arrived. */
const isUncertain = ({ session, mayTimeOut }: Circumstances): boolean => mayTimeOut || session?.doom === 'reset';

function problemOfError(error: unknown, circumstances: Circumstances): string | undefined {
  const { record, session } = circumstances;
  if (isUncertain(circumstances)) return undefined;
  if (!record) return session?.isDead === false ? `was not sent on a living connection: ${String(error)}` : undefined;
  if (!record.isWhole) return undefined;
  const { error: code } = record.log;
  if (code === undefined) return `was answered in full and rejected: ${String(error)}`;
  return codeOf(error) === code ? undefined : `was rejected for ${String(error)} in place of ${code}`;
}

/** A lost connection leaves open whether the work was done, unless the server had said so. */
function problemOfCommit({ uses }: SentBatch, error: unknown, circumstances: Circumstances): string | undefined {
  const { record, skipped } = circumstances;
  if (isUncertain(circumstances)) return undefined;
  const isCommitted = uses.some(
    ({ text }, index) => text === 'COMMIT' && record?.log.tags[index + skipped] === 'COMMIT',
  );
  if (!isCommitted || tagsBefore(error).includes('COMMIT')) return undefined;
  return `was committed, which the rejection does not tell: ${String(error)}`;
}

export interface SentCopy {
  readonly number: number;
  readonly processId: number;
  readonly expected: Buffer;
  outcome?: { readonly bytes: Buffer } | { readonly error: unknown } | 'left';
}

/** A file is whole or it fails. A reader that leaves may leave anything. */
export function problemOfCopy({ outcome, expected }: SentCopy, circumstances: Circumstances): string | undefined {
  if (!outcome) return 'was never settled';
  if (outcome === 'left') return undefined;
  if ('error' in outcome) return problemOfError(outcome.error, circumstances);
  return problemOfFile(outcome.bytes, expected, circumstances.record);
}

function problemOfFile(bytes: Buffer, expected: Buffer, record: BatchRecord | undefined): string | undefined {
  if (!record?.isWhole || record.log.error !== undefined) return 'ended as if whole though it was cut short';
  if (record.statusBefore !== 'I') return `began in a transaction (${record.statusBefore})`;
  return bytes.equals(expected) ? undefined : `has ${bytes.length} bytes for ${expected.length}`;
}
