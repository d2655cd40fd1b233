/** A peer whose server answers, with the headers that let its requests in. */
import type { PeerName } from './peers.js';
import type { RunningServer } from './server-process.js';

export interface RunningPeer {
  readonly name: PeerName;
  readonly server: RunningServer;
  readonly headers: Record<string, string>;
}
