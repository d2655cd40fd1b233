/** The opening of a test file: `const service = useService();`. */
import {
  type LaunchedService,
  launchService,
  type OwnService,
  type ServiceOptions,
  startTestService,
  type TestService,
} from './service.js';
import { isOnCitus } from './database.js';
import { guardStatements, type StatementGuard } from './statements.js';

/** A database is migrated and distributed over the nodes for each service. */
const CITUS_TIMEOUT_MS = 180_000;

/** What jest-worker sends as the first element of its last message. */
const CHILD_MESSAGE_END = 2;

/** Or jest's own process, which runs the files itself with `--runInBand` and goes on after the last. */
const isWorker = process.send !== undefined;

let shared: Promise<LaunchedService> | undefined;

/**
 * The service of the worker with its default configuration, which test files use one after another: each test makes tenants of
 * its own. A file that needs variables, changes the database, or ends connections calls `useOwnService`. In `afterAll` it fails
 * if a statement of the file touched a tenant's table without naming the tenant.
 */
export function useService(): TestService {
  let guard: StatementGuard | undefined;
  const service = held(async () => {
    const launched = await (isWorker ? (shared ??= launchShared()) : launchService());
    guard = guardStatements(launched.tenantTables);
    return launched;
  });
  afterAll(async () => {
    guard?.stop();
    await (isWorker ? service.current?.closeBesides() : service.current?.close());
    guard?.assertNone();
  });
  return service.view;
}

/**
 * A service of this file's own, on a database of its own, closed in `afterAll` as `startTestService` says.
 * @param variables environment on top of the tests' own
 */
export function useOwnService(
  variables: Readonly<Record<string, string>> = {},
  options: ServiceOptions = {},
): OwnService {
  const service = held(() => startTestService(variables, options));
  afterAll(() => service.current?.close());
  return service.view;
}

async function launchShared(): Promise<LaunchedService> {
  // Nobody closes it: its database goes with the server of the tests.
  process.on('message', (message: unknown) => {
    if (Array.isArray(message) && message[0] === CHILD_MESSAGE_END) process.exit();
  });
  return launchService();
}

interface Held<S extends OwnService> {
  /** Undefined until it has started. */
  readonly current: S | undefined;
  /** The same, to be named before it has started. */
  readonly view: S;
}

function held<S extends OwnService>(start: () => Promise<S>): Held<S> {
  let current: S | undefined;
  beforeAll(
    async () => {
      current = await start();
    },
    isOnCitus() ? CITUS_TIMEOUT_MS : undefined,
  );
  const view = new Proxy({} as S, {
    get: (_target, name) => {
      if (current === undefined) throw new Error('The service starts in beforeAll: use it in tests and hooks only.');
      return Reflect.get(current, name) as unknown;
    },
  });
  return {
    get current() {
      return current;
    },
    view,
  };
}
