/** Starts the servers that a run needs and lets each peer in. */
import type { EmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { StartupError } from '../src/platform/errors/startup-error.js';
import type { Checkout } from './checkout.js';
import { prepareService, signIn } from './db/load-ours.js';
import { ROOT_FOLDER } from './folders.js';
import {
  PEERS,
  PEERS_DATABASE,
  type PeerName,
  type ServerName,
  type ServerProgram,
  databaseOf,
  hasOurSchema,
  isService,
  serverPrograms,
} from './peers.js';
import type { RunningPeer } from './running-peer.js';
import { type RunningServer, startServer } from './server-process.js';

/** The peers that could be started, and for each of the others why not. */
export interface StartedPeers {
  readonly peers: readonly RunningPeer[];
  readonly leftOut: readonly string[];
  stop(): Promise<void>;
}

/**
 * One process per server. A server that does not start is left out, so that the others can still be compared.
 * @throws StartupError when one of the two services that `--against` compares does not start
 */
export async function startPeers(
  cluster: EmbeddedPostgres,
  names: readonly PeerName[],
  against: Checkout | undefined,
): Promise<StartedPeers> {
  const programs = serverPrograms(against);
  const servers: RunningServer[] = [];
  const peers: RunningPeer[] = [];
  const leftOut: string[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  for (const serverName of new Set(names.map((name) => PEERS[name].server))) {
    try {
      const program = programs[serverName];
      if (program === undefined) throw new Error('no checkout was given');
      const server = await startServer(serverName, program, await environmentOf(cluster, serverName, program));
      servers.push(server);
      const headers = await headersOf(server);
      const transports = names.filter((name) => PEERS[name].server === serverName);
      peers.push(...transports.map((name) => ({ name, server, headers })));
    } catch (error) {
      if (against !== undefined && isService(serverName)) {
        await stop();
        throw new StartupError(`--against: ${serverName} cannot be measured: ${String(error)}`, { cause: error });
      }
      leftOut.push(`${serverName}: ${String(error)}`);
    }
  }
  peers.sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
  return { peers, leftOut, stop };
}

async function environmentOf(
  cluster: EmbeddedPostgres,
  name: ServerName,
  program: ServerProgram,
): Promise<Record<string, string>> {
  if (hasOurSchema(name)) {
    return prepareService(cluster, databaseOf(name), isService(name) ? program.folder : ROOT_FOLDER);
  }
  const ownerUrl = cluster.superuserUrl(PEERS_DATABASE);
  if (name !== 'postgraphile') return { DATABASE_URL: ownerUrl };
  const restrictedUrl = Object.assign(new URL(ownerUrl), { username: 'bench_peer', password: 'bench_peer' });
  return { DATABASE_URL: restrictedUrl.href, DATABASE_OWNER_URL: ownerUrl, GRAPHILE_ENV: 'production' };
}

async function headersOf(server: RunningServer): Promise<Record<string, string>> {
  const token = hasOurSchema(server.name) ? await signIn(server.baseUrl) : 'bench-token';
  return { authorization: `Bearer ${token}`, 'x-tenant-id': 'big' };
}
