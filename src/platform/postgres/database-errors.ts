/** What PostgreSQL and the socket to it say → errors of the catalogue, by SQLSTATE. */
import { ClientLeftError } from './client-left.js';
import { DatabaseError } from 'pg-protocol/dist/index.js';
import { AppError } from '../errors/errors.js';
import { WaitTimeoutError } from './wait-timeout.js';

/** The server's error inside what MikroORM or pg threw. */
export function serverErrorOf(thrown: unknown): DatabaseError | undefined {
  for (const error of causesOf(thrown)) if (error instanceof DatabaseError) return error;
  return sqlStateOf(thrown) === undefined ? undefined : (thrown as DatabaseError);
}

/** MikroORM's driver exceptions copy the SQLSTATE onto themselves. No class of SQLSTATE begins like EPIPE, a socket's error. */
function sqlStateOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : undefined;
}

/** The error and what caused it; five of them are enough for any wrapping that we know. */
export function causesOf(thrown: unknown): readonly Error[] {
  const causes: Error[] = [];
  for (let error = thrown; error instanceof Error && causes.length < 5; error = error.cause) causes.push(error);
  return causes;
}

/**
 * Serialization failure, deadlock, read-only after a failover, a connection that was lost, a server that shuts down, an idle or too long
 * transaction that was ended (25P03, 25P04): the whole transaction may run again.
 */
const RETRYABLE_STATES = /^(?:40001|40P01|25006|08...|57P0[1-35]|25P0[34])$/;
/** Too slow, too many connections, lock not had, no space, starting up: not now. */
const UNAVAILABLE_STATES = /^(?:40001|40003|40P01|25006|55P03|57014|53...|58030|08...|57P0.|25P0[34])$/;
const SOCKET_ERRORS =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** What pg says of a connection that it lost, and of one that it knows to be broken. */
const LOST_CONNECTION = /^Connection terminated|not queryable$/;
/** What pg and its pool say when a connection could not be had in time. */
const WAITED_TOO_LONG = /timeout exceeded when trying to connect|due to connection timeout|timeout expired/;

/** Whether the wait for a connection, or for an answer, took as long as it may. */
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
 * Whether the server says with this error, on a connection that it keeps, that it has not committed. With 08 and 57P0x it or a pooler
 * before it has lost a connection on the way, with 40003 it does not know itself.
 */
export function deniesCommit(thrown: unknown): boolean {
  const error = serverErrorOf(thrown);
  return error !== undefined && !/^(?:08|57P|40003)/.test(error.code ?? '');
}

/** Whether the server itself ends the connection with this error: shutdown, or a transaction that idled or took too long. */
export function isServerGoodbye(thrown: unknown): boolean {
  return /^(?:57P0[1-5]|25P0[34])$/.test(serverErrorOf(thrown)?.code ?? '');
}

/**
 * "cached plan must not change result type": a migration ran under a prepared statement. Or a pooler has lost the statement. The batch
 * prepares it again when it is next used.
 */
export function isStalePlan(thrown: unknown): boolean {
  return ['0A000', '26000'].includes(serverErrorOf(thrown)?.code ?? '');
}

/** Whether running the whole transaction again may succeed, if it has not committed. Who has waited as long as allowed waits no more. */
export function isRetryable(thrown: unknown): boolean {
  if (isWaitTimeout(thrown)) return false;
  const state = serverErrorOf(thrown)?.code;
  return state === undefined ? isSocketError(thrown) : RETRYABLE_STATES.test(state) || isStalePlan(thrown);
}

/** Name of the violated constraint, without the shard's number that Citus appends. */
export function violatedConstraint(thrown: unknown): string | undefined {
  return serverErrorOf(thrown)?.constraint?.replace(/_\d{4,}$/, '');
}

/** @returns the error that the caller should see, or undefined when it is a fault of ours */
export function translateDatabaseError(thrown: unknown): AppError | undefined {
  const state = serverErrorOf(thrown)?.code;
  const unavailable =
    state === undefined
      ? isWaitTimeout(thrown) || isSocketError(thrown) || thrown instanceof ClientLeftError
      : UNAVAILABLE_STATES.test(state);
  return unavailable ? new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 1, cause: thrown }) : undefined;
}
