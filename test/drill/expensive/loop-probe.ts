/**
 * Loaded into the process of the service by NODE_OPTIONS, beside its own code: tells how long its event loop was held. It answers on
 * a port of its own, whose number is written to the file that LOOP_PROBE names. Node runs it as it is, so it imports nothing of ours.
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Since the question before; milliseconds. */
interface LoopReport {
  /** The longest time between two turns. On a busy machine the process may not have been running all of it. */
  readonly waitedMs: number;
  /** The most that the main thread worked between two turns, which other processes do not change. */
  readonly heldMs: number;
}

const EVERY_MS = 5;

const file = process.env.LOOP_PROBE;
if (file !== undefined) watch(file);

function watch(portFile: string): void {
  let report: LoopReport = { waitedMs: 0, heldMs: 0 };
  let lastAt = performance.now();
  let lastWork = worked();
  setInterval(() => {
    const now = performance.now();
    const work = worked();
    const waitedMs = now - lastAt - EVERY_MS;
    // Work in several turns of the loop between two ticks, all of them short, is no hold: it took longer than it waited.
    const heldMs = Math.min(waitedMs, work - lastWork);
    [lastAt, lastWork] = [now, work];
    report = { waitedMs: Math.max(report.waitedMs, waitedMs), heldMs: Math.max(report.heldMs, heldMs) };
  }, EVERY_MS).unref();
  const server = createServer((_request, response) => {
    response.end(JSON.stringify(report));
    report = { waitedMs: 0, heldMs: 0 };
  });
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(portFile, String((server.address() as AddressInfo).port)); // of a TCP port, so no string
  });
  server.keepAliveTimeout = 3_600_000; // the drill's client may be quiet for longer than the default
  server.unref();
}

function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
