/** Which Node the service runs on. Its own packages bring one for Linux; elsewhere it is the machine's. */
import { StartupError } from '../errors/startup-error.js';

/** MikroORM 7 needs it. */
const OLDEST = [22, 17] as const;

/** @throws StartupError that says which Node is needed */
export function requireNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new StartupError(
    `Node ${version} is too old: ${OLDEST.join('.')} or newer is needed. Start with "npm start", which uses the Node that npm installed, or update Node.`,
  );
}
