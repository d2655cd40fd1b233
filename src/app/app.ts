/** The application: both transports, the pages and the health checks on one Fastify. It does not listen. */
import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Database } from '../tenancy/database.js';
import { Authenticator } from '../access/identity/authenticator.js';
import { Identities } from '../access/identity/identity.js';
import { RateLimits } from '../access/identity/rate-limit.js';
import type { Tokens } from '../access/identity/tokens.js';
import type { AccountDependencies } from '../account/account-dependencies.js';
import { Passwords } from '../account/passwords.js';
import { SignInQueue } from '../account/sign-in-queue.js';
import { PostgresThrottle } from '../account/throttle.query.js';
import { graphqlLimits, type Config } from '../config.js';
import { ChangeWaiters } from '../crm/change/change-waiters.js';
import { findSealsSince } from '../crm/change/change-waiters.query.js';
import { databaseOfRequest, makeCredentials } from './credentials.js';
import { registerCompression } from './compression.js';
import { RequestIntake } from './request-intake.js';
import { registerGraphqlTransport, type GraphqlTransportOptions } from './graphql.js';
import { heldDocument, sendHeld } from './held-document.js';
import { registerHealth, type Health } from './health.js';
import { registerHooks } from './hooks.js';
import { drainingResponse } from './listening.js';
import { ServedPaths } from './methods.js';
import type { Metrics } from './operator/metrics.js';
import { OPENAPI_PATH, registerPages } from './pages.js';
import { reject, registerRest, registerUnknownRequests } from './rest.js';
import { describeRoutes, restRoutes, traceRoutes } from './routes.js';
import { buildGraphqlSchema } from './schema.js';
import { SECURITY_HEADERS } from './security-headers.js';
import type { Tracing } from './tracing/tracing.js';
import { answerOddRequests, answerUnreadable } from './unreadable-requests.js';

export interface AppParts {
  readonly config: Config;
  readonly tokens: Tokens;
  readonly database: Database;
  readonly health: Health;
  readonly log: FastifyBaseLogger;
  /** Absent where nobody can ask for them. */
  readonly metrics?: Metrics | undefined;
  /** Absent unless spans are exported. */
  readonly tracing?: Tracing | undefined;
}

/** The form of a caller's own `X-Request-Id` that is kept. */
const REQUEST_ID = /^[\w.-]{8,64}$/;
/** Longer than any request line, so that an id that is too long reaches validation, after the caller is identified. */
const MAX_PARAMETER_LENGTH = 100_000;
/** A request that takes longer to arrive is cut off; milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

const LEVELS_OF_REQUESTS: ReadonlySet<string> = new Set(['trace', 'debug', 'info']);

/** Builds the application on an open database. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const { config, database, log, tokens, metrics, tracing } = parts;
  const identities = new Identities((tenantId) => databaseOfRequest(parts).reader(tenantId));
  const { credentials, providers } = makeCredentials(parts, identities);
  const authenticator = new Authenticator(credentials, rateLimits(config));
  const throttle = new PostgresThrottle(database.pool);
  const intake = new RequestIntake(database, authenticator, throttle, log);
  const dependencies: AccountDependencies = {
    tokens,
    identities,
    throttle,
    passwords: new Passwords(),
    signIns: new SignInQueue(),
    providers,
  };
  const app = createFastify(parts, intake);
  answerOddRequests(app.server);
  app.setErrorHandler((error, request, reply) => reject(intake, error, request, reply));
  const paths = new ServedPaths(app);
  registerHooks(app, { logsRequests: LEVELS_OF_REQUESTS.has(config.LOG_LEVEL), metrics, tracing });
  const origin = [...config.CORS_ORIGINS];
  if (origin.length > 0) await app.register(cors, { origin, exposedHeaders: EXPOSED_HEADERS, preflight: false });
  registerHealth(app, parts.health);
  if (config.COMPRESSION) await registerCompression(app);
  const changeWaiters = makeChangeWaiters(app, parts);
  const routes = restRoutes(dependencies, changeWaiters);
  serveOpenApi(app, JSON.stringify(describeRoutes(routes)));
  const playground = registerPages(app, config);
  await registerRest(app, intake, tracing ? traceRoutes(routes, tracing) : routes, config.GRAPHQL_MAX_ANSWER_BYTES);
  const graphql = { ...graphqlOptions(config, playground), tracing };
  await registerGraphqlTransport(app, intake, buildGraphqlSchema(), { account: dependencies, changeWaiters }, graphql);
  registerUnknownRequests(app, intake, paths, routes);
  return app;
}

function graphqlOptions(
  config: Config,
  playground: GraphqlTransportOptions['playground'],
): Omit<GraphqlTransportOptions, 'tracing'> {
  const { INTROSPECTION: introspection, GRAPHQL_COMPILE: compile } = config;
  return { introspection, compile, limits: graphqlLimits(config), playground };
}

/** Clients that wait are answered when the service ends, before it waits for its running requests. */
function makeChangeWaiters(app: FastifyInstance, { database, metrics }: AppParts): ChangeWaiters {
  const waiters = new ChangeWaiters((seqs) => findSealsSince(database.backgroundPool, seqs));
  metrics?.watchWaiters(waiters);
  app.addHook('preClose', () => {
    waiters.stop();
    return Promise.resolve();
  });
  return waiters;
}

function serveOpenApi(app: FastifyInstance, text: string): void {
  const document = heldDocument(text);
  app.get(OPENAPI_PATH, (request, reply) => sendHeld(request, reply, document, 'application/json; charset=utf-8'));
}

/** Response headers that scripts of an allowed origin may read. */
const EXPOSED_HEADERS = [
  'etag',
  'location',
  'link',
  'content-disposition',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'dry-run',
  'idempotency-replayed',
  'x-request-id',
  'x-total-rows',
];

function createFastify({ config, health, log }: AppParts, intake: RequestIntake): FastifyInstance {
  return Fastify({
    loggerInstance: log,
    // Log lines carry the request's id. A child logger per request would cost more than the line.
    childLoggerFactory: (logger) => logger,
    // A hook writes one line per request, without IP addresses or search texts.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? [...config.TRUSTED_PROXIES] : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 2 * REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: REQUEST_TIMEOUT_MS,
      requireHostHeader: false,
      ServerResponse: drainingResponse(health),
    },
    clientErrorHandler: answerUnreadable,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAMETER_LENGTH },
    frameworkErrors: (error, request: FastifyRequest, reply: FastifyReply) => {
      // Fastify runs no hook for a URL that it cannot decode.
      reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
      reject(intake, error, request, reply);
    },
  });
}

function rateLimits(config: Config): RateLimits {
  return new RateLimits({
    user: { perSecond: config.RATE_LIMIT_USER, burst: config.RATE_LIMIT_USER_BURST },
    tenant: { perSecond: config.RATE_LIMIT_TENANT, burst: config.RATE_LIMIT_TENANT_BURST },
  });
}
