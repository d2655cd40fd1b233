/**
 * Starts the service from its TypeScript. Once everything is imported the loader is taken off again: as long as it is there,
 * each `require` goes through it, and Apollo calls one in every request.
 */
import { register } from 'tsx/esm/api';

/** Until the service listens to signals itself; a first process of a container would not hear them at all. */
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0));

const unregister = register();
await import('./server.ts');
await unregister();
