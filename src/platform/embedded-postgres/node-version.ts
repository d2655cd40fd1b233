/** Checks the version of Node. npm installs one with the service on Linux; other systems use the machine's. */
import { StartupError } from '../errors/startup-error.js';

/** The minimum of MikroORM 7. */
const OLDEST = [22, 17] as const;

/** @throws StartupError with the required version of Node */
export function requireNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new StartupError(
    `Node ${version} is too old: ${OLDEST.join('.')} or newer is needed. Start with "npm start", which uses the Node that npm installed, or update Node.`,
  );
}
