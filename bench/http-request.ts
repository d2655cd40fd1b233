/** A workload's requests as they go over the wire to one peer. */
import { askedAs } from './peers.js';
import type { RunningPeer } from './running-peer.js';
import type { Sample } from './sample.js';
import type { HttpRequest, PeerRequest, Workload } from './workload.js';

export interface WireRequest extends HttpRequest {
  readonly headers: Record<string, string>;
}

/** Request number `n` of a workload, with the peer's credentials. */
export function wireRequest(peer: RunningPeer, request: PeerRequest, sample: Sample, n: number): WireRequest {
  const built = request.build(sample(n));
  const headers = built.body === undefined ? peer.headers : { ...peer.headers, 'content-type': 'application/json' };
  return { ...built, headers };
}

/** The peer's request of a workload, undefined when it cannot be asked for it. */
export function requestOf(peer: RunningPeer, workload: Workload): PeerRequest | undefined {
  return workload.requests[askedAs(peer.name)];
}

/** Sends one request. Not every peer compresses, and fetch would ask for it where the load's tool does not. */
export function send(peer: RunningPeer, { path, headers, ...request }: WireRequest): Promise<Response> {
  return fetch(peer.server.baseUrl + path, {
    ...request,
    headers: { ...headers, 'accept-encoding': 'identity' },
    signal: AbortSignal.timeout(60_000),
  });
}
