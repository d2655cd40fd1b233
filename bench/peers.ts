/** Who is compared, and how each server is started. */
import path from 'node:path';
import { ROOT_FOLDER } from './folders.js';

export type PeerName = 'limit' | 'mercurius' | 'postgraphile' | 'ours' | 'ours-rest';
export type ServerName = 'limit' | 'mercurius' | 'postgraphile' | 'ours';

/** A peer is one edge of a server: ours has two. */
export interface Peer {
  readonly label: string;
  readonly server: ServerName;
}

export const PEERS: Readonly<Record<PeerName, Peer>> = {
  limit: { label: 'limit (node:http, JSON by PostgreSQL)', server: 'limit' },
  mercurius: { label: 'Mercurius by hand', server: 'mercurius' },
  postgraphile: { label: 'PostGraphile 5 (RLS)', server: 'postgraphile' },
  ours: { label: 'ours, GraphQL', server: 'ours' },
  'ours-rest': { label: 'ours, REST', server: 'ours' },
};

export const PEER_NAMES: readonly PeerName[] = ['limit', 'mercurius', 'postgraphile', 'ours', 'ours-rest'];

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

export const SERVER_PROGRAMS: Readonly<Record<ServerName, ServerProgram>> = {
  limit: peerProgram('limit', 55701),
  mercurius: peerProgram('mercurius', 55702),
  postgraphile: peerProgram('postgraphile', 55703),
  ours: {
    port: 55704,
    folder: ROOT_FOLDER,
    arguments: ['src/start.mjs'],
    readyPath: '/health/ready',
  },
};
