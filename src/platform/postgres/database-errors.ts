/** Converts errors of PostgreSQL (by SQLSTATE) and of its socket to errors of the catalogue. */
import { ClientLeftError } from './client-left.js';
import { DatabaseError } from 'pg-protocol/dist/index.js';
import { AppError, type Sentence } from '../errors/errors.js';
import { WaitTimeoutError } from './wait-timeout.js';

/** @returns the server's error inside an error of MikroORM or pg */
export function serverErrorOf(thrown: unknown): DatabaseError | undefined {
  for (const error of causesOf(thrown)) if (error instanceof DatabaseError) return error;
  return sqlStateOf(thrown) === undefined ? undefined : (thrown as DatabaseError);
}

/** MikroORM's driver exceptions have a copy of the SQLSTATE. The pattern excludes codes of socket errors such as EPIPE. */
function sqlStateOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : undefined;
}

/** The error and its causes, at most five: no library wraps errors more deeply. */
export function causesOf(thrown: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let error = thrown; error instanceof Error && causes.length < 5; error = error.cause) causes.push(error);
  return causes;
}

/**
 * States after which the whole transaction may be retried: serialization failure, deadlock, read-only after a failover, lost connection,
 * shutdown, and a transaction that the server ended because it idled or took too long (25P03, 25P04).
 */
const RETRYABLE_STATES = /^(?:40001|40P01|25006|08...|57P0[1-35]|25P0[34])$/;
/** States that become UNAVAILABLE: timeout, too many connections, lock not available, no space, starting up, and others. */
const UNAVAILABLE_STATES = /^(?:40001|40003|40P01|25006|55P03|57014|53...|58030|08...|57P0.|25P0[34])$/;
const SOCKET_ERRORS =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** Messages of pg for a lost connection and for a client that is known to be broken. */
const LOST_CONNECTION = /^Connection terminated|not queryable$/;
/** Messages of pg and its pool when no connection was available in time. */
const WAITED_TOO_LONG = /timeout exceeded when trying to connect|due to connection timeout|timeout expired/;

/** True when the wait for a connection or for an answer reached its limit. */
export function isWaitTimeout(thrown: unknown): boolean {
  return causesOf(thrown).some((error) => error instanceof WaitTimeoutError || WAITED_TOO_LONG.test(error.message));
}

function isSocketError(thrown: unknown): boolean {
  return causesOf(thrown).some((error) => {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    return SOCKET_ERRORS.test(code) || LOST_CONNECTION.test(error.message);
  });
}

/**
 * True when this error means that the server has not committed and keeps the connection. After 08xxx and 57Pxx the server or a pooler
 * has lost a connection, and 40003 says that the outcome is unknown.
 */
export function deniesCommit(thrown: unknown): boolean {
  const error = serverErrorOf(thrown);
  return error !== undefined && !/^(?:08|57P|40003)/.test(error.code ?? '');
}

/** True when the server ends the connection with this error: shutdown, or a transaction that idled or took too long. */
export function isServerGoodbye(thrown: unknown): boolean {
  return /^(?:57P0[1-5]|25P0[34])$/.test(serverErrorOf(thrown)?.code ?? '');
}

/**
 * True for "cached plan must not change result type", which occurs after a migration changed a table of a prepared statement, and for a
 * statement that a pooler has lost. The batch prepares it again at its next use.
 */
export function isStalePlan(thrown: unknown): boolean {
  return ['0A000', '26000'].includes(serverErrorOf(thrown)?.code ?? '');
}

/** True when a retry of the whole transaction may succeed, if it has not committed. A timeout is never retried. */
export function isRetryable(thrown: unknown): boolean {
  if (isWaitTimeout(thrown)) return false;
  const state = serverErrorOf(thrown)?.code;
  return state === undefined ? isSocketError(thrown) : RETRYABLE_STATES.test(state) || isStalePlan(thrown);
}

/**
 * Name of the violated constraint, without the shard number that Citus appends. Citus reports an error of a worker without the
 * field that names the constraint, so the name is then taken from the message, in which every language quotes it.
 */
export function violatedConstraint(thrown: unknown): string | undefined {
  const error = serverErrorOf(thrown);
  const name = error?.constraint ?? (error?.code === UNIQUE_VIOLATION ? lastQuoted(error.message) : undefined);
  return name?.replace(/_\d{4,}$/, '');
}

const UNIQUE_VIOLATION = '23505';

/** PostgreSQL quotes names as "name" or «name», by the language of its messages. */
function lastQuoted(message: string): string | undefined {
  return /["«„]\s?([a-z_]\w*)\s?["»“]/.exec(message)?.[1];
}

/** Of a statement that the server ended: what a smaller question would be. */
const QUERY_CANCELED = '57014';
const TOOK_TOO_LONG: Sentence = {
  fr: 'La réponse a demandé trop de temps : demandez moins, par un texte plus long, un filtre, une période ou un autre tri, ou réessayez.',
  en: 'The answer took too long: ask for less, by a longer text, a filter, a period or another order, or try again.',
};

/** @returns the error for the caller, or undefined for an internal error */
export function translateDatabaseError(thrown: unknown): AppError | undefined {
  const state = serverErrorOf(thrown)?.code;
  const unavailable =
    state === undefined
      ? isWaitTimeout(thrown) || isSocketError(thrown) || thrown instanceof ClientLeftError
      : UNAVAILABLE_STATES.test(state);
  const sentence = state === QUERY_CANCELED ? TOOK_TOO_LONG : undefined;
  return unavailable ? new AppError('UNAVAILABLE', sentence, { retryAfterSeconds: 1, cause: thrown }) : undefined;
}
