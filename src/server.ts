/** The process: checks Node, then starts the service. Everything else is imported after the check, which an old Node must survive. */
import { requireNodeVersion } from './platform/node-version.js';
import { StartupError } from './platform/startup-error.js';

try {
  requireNodeVersion(process.versions.node);
  const { loadConfig } = await import('./config.js');
  const config = loadConfig(process.env);
  if (config.isProduction) (await import('./platform/production-code.js')).compileForProduction();
  const { runService } = await import('./service.js');
  await runService(config);
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(error.message);
  process.exit(1);
}
