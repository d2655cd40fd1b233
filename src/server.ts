/** The process: checks the Node version, then imports and starts the service. An old Node could not load the other modules. */
import './early-signals.mjs';
import { requireNodeVersion } from './platform/embedded-postgres/node-version.js';
import { StartupError } from './platform/errors/startup-error.js';

try {
  requireNodeVersion(process.versions.node);
  const { runService } = await import('./app/service.js');
  await runService();
} catch (error) {
  console.error(error instanceof StartupError ? error.message : error);
  process.exit(1);
}
