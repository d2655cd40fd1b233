/** Chooses the port of the embedded PostgreSQL. */
import net from 'node:net';
import type { DataFolder } from './data-folder.js';
import { rememberedPort } from './memory.js';
import { HOST } from './server.js';
import { StartupError } from '../errors/startup-error.js';

/** @returns the wanted port; if none is given, the port of the last start if it is free, otherwise any free port */
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

/** @returns the port if it is free (for 0: any free port), otherwise `undefined` */
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
