/** Who is compared, and how each server is started. */
import path from 'node:path';
import { ownStartArguments, type Checkout } from './checkout.js';
import { ROOT_FOLDER } from './folders.js';

/** The database that all peers without our schema share. */
export const PEERS_DATABASE = 'peers';

/** In the order of the tables. */
export const PEER_NAMES = [
  'limit',
  'limit-duties',
  'mercurius',
  'postgraphile',
  'ours',
  'against',
  'ours-rest',
  'against-rest',
] as const;
export type PeerName = (typeof PEER_NAMES)[number];
/** The service of this checkout, and that of the checkout given by `--against`. */
export type ServiceName = 'ours' | 'against';
export type ServerName = 'limit' | 'limit-duties' | 'mercurius' | 'postgraphile' | ServiceName;

/** A peer is one transport of a server: ours has two. */
export interface Peer {
  readonly label: string;
  readonly server: ServerName;
  /** The transport of ours that this one is compared with: it is asked the same requests. */
  readonly counterpart?: PeerName;
}

export const PEERS: Readonly<Record<PeerName, Peer>> = {
  limit: { label: 'limit (node:http, JSON by PostgreSQL)', server: 'limit' },
  'limit-duties': { label: "limit with the service's duties", server: 'limit-duties' },
  mercurius: { label: 'Mercurius by hand', server: 'mercurius' },
  postgraphile: { label: 'PostGraphile 5 (RLS)', server: 'postgraphile' },
  ours: { label: 'ours, GraphQL', server: 'ours' },
  against: { label: 'against, GraphQL', server: 'against', counterpart: 'ours' },
  'ours-rest': { label: 'ours, REST', server: 'ours' },
  'against-rest': { label: 'against, REST', server: 'against', counterpart: 'ours-rest' },
};

/** The peer whose requests this one is asked: itself, or its counterpart. */
export function askedAs(name: PeerName): PeerName {
  return PEERS[name].counterpart ?? name;
}

export function isService(name: ServerName): name is ServiceName {
  return name === 'ours' || name === 'against';
}

/** The server's database. Ours and the limit with our duties each have one of their own with our schema; the other peers share one. */
export function databaseOf(name: ServerName): string {
  return hasOurSchema(name) ? name.replace('-', '_') : PEERS_DATABASE;
}

export function hasOurSchema(name: ServerName): boolean {
  return isService(name) || name === 'limit-duties';
}

export interface ServerProgram {
  readonly port: number;
  readonly folder: string;
  /** For Node itself, so that the process measured is the server and not a launcher. */
  readonly arguments: readonly string[];
  readonly readyPath: string;
}

const peerProgram = (name: ServerName, port: number): ServerProgram => ({
  port,
  folder: path.join(ROOT_FOLDER, 'bench'),
  arguments: [`peers/${name}/server.mjs`],
  readyPath: '/', // any answer will do
});

const serviceProgram = (port: number, { folder, startArguments }: Omit<Checkout, 'version'>): ServerProgram => ({
  port,
  folder,
  arguments: startArguments,
  readyPath: '/health/ready',
});

/** All that a run may start; `against` only with a checkout to start it from. */
export function serverPrograms(against: Checkout | undefined): Readonly<Partial<Record<ServerName, ServerProgram>>> {
  return {
    limit: peerProgram('limit', 55701),
    'limit-duties': peerProgram('limit-duties', 55706),
    mercurius: peerProgram('mercurius', 55702),
    postgraphile: peerProgram('postgraphile', 55703),
    ours: serviceProgram(55704, { folder: ROOT_FOLDER, startArguments: ownStartArguments() }),
    ...(against && { against: serviceProgram(55705, against) }),
  };
}
