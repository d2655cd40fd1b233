/** Starts the servers that a run needs and lets each peer in. */
import type { EmbeddedPostgres } from '../src/platform/embedded-postgres/embedded-postgres.js';
import { PEERS_DATABASE } from './cluster.js';
import { prepareOurs, signIn } from './db/load-ours.js';
import { PEERS, type PeerName, type ServerName } from './peers.js';
import type { RunningPeer } from './running-peer.js';
import { type RunningServer, startServer } from './server-process.js';

/** The peers that could be started, and for each of the others why not. */
export interface StartedPeers {
  readonly peers: readonly RunningPeer[];
  readonly leftOut: readonly string[];
  stop(): Promise<void>;
}

/** One process per server; a server that does not start is left out, so that the others can still be compared. */
export async function startPeers(cluster: EmbeddedPostgres, names: readonly PeerName[]): Promise<StartedPeers> {
  const servers: RunningServer[] = [];
  const peers: RunningPeer[] = [];
  const leftOut: string[] = [];
  for (const serverName of new Set(names.map((name) => PEERS[name].server))) {
    try {
      const server = await startServer(serverName, await environmentOf(cluster, serverName));
      servers.push(server);
      const headers = await headersOf(server);
      const edges = names.filter((name) => PEERS[name].server === serverName);
      peers.push(...edges.map((name) => ({ name, server, headers })));
    } catch (error) {
      leftOut.push(`${serverName}: ${String(error)}`);
    }
  }
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  return { peers, leftOut, stop };
}

async function environmentOf(cluster: EmbeddedPostgres, name: ServerName): Promise<Record<string, string>> {
  if (name === 'ours') return prepareOurs(cluster);
  const ownerUrl = cluster.superuserUrl(PEERS_DATABASE);
  if (name !== 'postgraphile') return { DATABASE_URL: ownerUrl };
  const restrictedUrl = Object.assign(new URL(ownerUrl), { username: 'bench_peer', password: 'bench_peer' });
  return { DATABASE_URL: restrictedUrl.href, DATABASE_OWNER_URL: ownerUrl, GRAPHILE_ENV: 'production' };
}

async function headersOf(server: RunningServer): Promise<Record<string, string>> {
  const token = server.name === 'ours' ? await signIn(server.baseUrl) : 'bench-token';
  return { authorization: `Bearer ${token}`, 'x-tenant-id': 'big' };
}
