/** What PostgreSQL and the socket to it say → refusals of the catalogue, by SQLSTATE. */
import { DatabaseError } from 'pg-protocol/dist/index.js';
import { AppError } from '../errors/errors.js';

/** Whether PostgreSQL itself answered with this error, on a connection that lives on. MikroORM wraps it as `cause`. */
export function isServerError(thrown: unknown): thrown is DatabaseError {
  return thrown instanceof DatabaseError;
}

/** Whether the connection is lost with this error: a broken socket, or a server that said goodbye on it (57P01 and its like). */
export function endsConnection(thrown: unknown): boolean {
  return !isServerError(thrown) || /^(?:57P|08)/.test(thrown.code ?? '');
}

/** The server's error inside what MikroORM or pg threw. */
export function serverErrorOf(thrown: unknown): DatabaseError | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    if (isServerError(error)) return error;
  }
  return sqlStateOf(thrown) === undefined ? undefined : (thrown as DatabaseError);
}

/** MikroORM's driver exceptions copy the SQLSTATE onto themselves. No class of SQLSTATE begins like EPIPE, a socket's error. */
function sqlStateOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' && /^[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : undefined;
}

/** Serialization failure, deadlock, connection loss, shutdown, read-only after a failover: the whole transaction may run again. */
const RETRYABLE_STATES = /^(?:40001|40P01|08...|57P0[123]|25006)$/;
/** Too slow, too many connections, lock not had, no space, starting up: not now. */
const UNAVAILABLE_STATES = /^(?:40001|40P01|08...|57014|57P0.|25006|55P03|53...)$/;
const SOCKET_ERRORS = /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND/;
const CLIENT_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|did not answer in time/;

function isSocketError(thrown: unknown): boolean {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (SOCKET_ERRORS.test(code) || CLIENT_MESSAGES.test(error.message)) return true;
  }
  return false;
}

/** "cached plan must not change result type": a migration ran under a prepared statement, which the batch has forgotten since. */
export function isStalePlan(thrown: unknown): boolean {
  return serverErrorOf(thrown)?.code === '0A000';
}

/** Whether running the whole transaction again may succeed and cannot double its effect. */
export function isRetryable(thrown: unknown): boolean {
  const state = serverErrorOf(thrown)?.code;
  return state === undefined ? isSocketError(thrown) : RETRYABLE_STATES.test(state) || isStalePlan(thrown);
}

/** Name of the violated constraint, without the shard's number that Citus appends. */
export function violatedConstraint(thrown: unknown): string | undefined {
  return serverErrorOf(thrown)?.constraint?.replace(/_\d{4,}$/, '');
}

/** @returns the refusal that the caller should see, or undefined when it is a fault of ours */
export function translateDatabaseError(thrown: unknown): AppError | undefined {
  const state = serverErrorOf(thrown)?.code;
  const unavailable = state === undefined ? isSocketError(thrown) : UNAVAILABLE_STATES.test(state);
  return unavailable ? new AppError('UNAVAILABLE', undefined, { retryAfterSeconds: 1, cause: thrown }) : undefined;
}
