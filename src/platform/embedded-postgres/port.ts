/** The port that the embedded PostgreSQL listens on. */
import net from 'node:net';
import type { DataFolder } from './data-folder.js';
import { rememberedPort } from './memory.js';
import { HOST } from './server.js';
import { StartupError } from '../errors/startup-error.js';

/** @returns the port wanted, or without one the port of the last start where it is free, else any free one */
export async function choosePort(folder: DataFolder, wanted: number | undefined): Promise<number> {
  const preferred = wanted ?? rememberedPort(folder) ?? 0;
  const free = await tryPort(preferred);
  if (free !== undefined) return free;
  if (wanted !== undefined) {
    throw new StartupError(
      `Port ${wanted} for PostgreSQL is taken by another program: stop that one, or choose another port.`,
    );
  }
  return (await tryPort(0)) ?? 0;
}

/** @returns the port if it is free (for 0: a free one), else `undefined` */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => {
      resolve(undefined);
    });
    probe.listen(port, HOST, () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' ? address?.port : undefined);
      });
    });
  });
}
