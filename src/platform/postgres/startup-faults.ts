/** Explains to the operator why a start or a command cannot use its database. */
import { StartupError } from '../errors/startup-error.js';
import { asError, systemErrorCode } from '../errors/thrown.js';
import { causesOf, isWaitTimeout, serverErrorOf } from './database-errors.js';

/** The fault and its remedy. `$` stands for the environment variable with the address. */
type Fault = readonly [wrong: string, remedy: string];

const NOTHING_LISTENS: Fault = ['nothing listens at its address.', 'Start it, or correct $.'];
const UNKNOWN_HOST: Fault = ['its host is unknown.', 'Correct the host in $.'];
const NO_ANSWER: Fault = ['its host does not answer.', 'Check the host in $, and the network between.'];
const CLOSED: Fault = ['it closed the connection.', 'Check that it runs and that $ names a PostgreSQL server.'];
const WRONG_SCHEMA: Fault = ['its schema is not the one of this version.', 'Run "npm run migration:up" first.'];
const DISK_FULL: Fault = ['its disk is full.', 'Make room on it.'];
const IN_TRANSITION: Fault = ['it is starting or stopping.', 'Try again in a moment.'];

/** Faults by the error code of the operating system. */
const SYSTEM: readonly (readonly [RegExp, Fault])[] = [
  [/^(?:ECONNREFUSED|ENOENT|EACCES)$/, NOTHING_LISTENS],
  [/^(?:ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/, UNKNOWN_HOST],
  [/^(?:ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, NO_ANSWER],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE)$/, CLOSED],
  [
    /CERT|UNABLE_TO_VERIFY|^ERR_(?:TLS|SSL)/,
    ['its TLS certificate is not trusted.', 'Name the authority in $ (sslrootcert=…), or correct the host.'],
  ],
];

/** Faults by SQLSTATE. */
const STATES: readonly (readonly [RegExp, Fault])[] = [
  [/^28P01$/, ['the user or password is wrong.', 'Correct $.']],
  [/^28000$/, ['the user may not sign in like this.', 'Check pg_hba.conf of the server, and sslmode in $.']],
  [/^3D000$/, ['it does not exist.', 'Create it, or correct $.']],
  [/^42501$/, ['its user lacks a right.', 'Sign in with the role that docs/deployment.md names for $.']],
  [/^(?:42P01|42883|42703|3F000)$/, WRONG_SCHEMA],
  [/^53100$/, DISK_FULL],
  [/^53300$/, ['it takes no more connections.', 'Raise max_connections there, or lower DATABASE_POOL.']],
  [/^57P0/, IN_TRANSITION],
  [/^25006$/, ['it is read-only.', 'Name the primary server in $.']],
];

/** Faults by the message of pg, for errors without a code. */
const WORDS: readonly (readonly [RegExp, Fault])[] = [
  [/does not support SSL/, ['it offers no TLS.', 'Turn TLS on there, or take sslmode out of $.']],
  [
    /password must be a (?:non-empty )?string/,
    ['$ names no password.', 'Add it, as in postgres://user:password@host/crm.'],
  ],
  [/^Connection terminated|not queryable|There was an error establishing an SSL/, CLOSED],
];

/**
 * @param variable the environment variable with the address; undefined for the embedded PostgreSQL
 * @returns an error with a sentence for the operator; errors that do not concern the database unchanged
 */
export function explainDatabaseFault(thrown: unknown, variable: string | undefined): unknown {
  if (thrown instanceof StartupError) return thrown;
  const fault = findFault(thrown);
  if (fault === undefined) return thrown;
  const [wrong, remedy] = fault.map((text) => text.replace('$', () => variable ?? 'DATABASE_URL'));
  const advice = variable === undefined ? 'See postgres.log in DATA_DIR.' : remedy;
  return new StartupError(`The database cannot be used: ${wrong} ${advice}`, { cause: thrown });
}

function findFault(thrown: unknown): Fault | undefined {
  if (isWaitTimeout(thrown)) return NO_ANSWER;
  const server = serverErrorOf(thrown);
  if (server !== undefined) {
    const known = STATES.find(([state]) => state.test(server.code ?? ''));
    if (known !== undefined) return known[1];
    return [`it answered "${firstLine(server.message)}" (${server.code}).`, 'See the log of the server.'];
  }
  // The error itself may be from another realm of Node, so `instanceof` does not recognize it and causesOf omits it.
  for (const error of [thrown, ...causesOf(thrown)]) {
    const fault = faultOf(error);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultOf(error: unknown): Fault | undefined {
  const code = systemErrorCode(error) ?? '';
  if (code === 'ENOENT' && isOfFile(error)) return ['a file that $ names is missing.', 'Correct $.'];
  const byCode = SYSTEM.find(([codes]) => codes.test(code));
  return (byCode ?? WORDS.find(([words]) => words.test(asError(error).message)))?.[1];
}

/** False for a missing socket, whose error has another `syscall`. */
function isOfFile(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'open';
}

/** @returns the first line of a message, without its full stop */
export function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/\.$/, '');
}
