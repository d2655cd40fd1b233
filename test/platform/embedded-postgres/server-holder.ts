/** A stand-in for the service: starts the database of the folder given, says its number, and stays until it is killed. */
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';

const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', durable: false });
process.stdout.write(`${postgres.pid}\n`);
setInterval(() => undefined, 60_000);
