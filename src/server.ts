/** The process: checks Node, then starts the service. Everything else is imported after the check, which an old Node must survive. */
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
