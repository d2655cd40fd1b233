/**
 * Starts the service from its TypeScript. Once everything is imported the loader is taken off again: as long as it is there,
 * each `require` goes through it, and Apollo calls one in every request.
 */
import './early-signals.mjs';
import { register } from 'tsx/esm/api';

const unregister = register();
await import('./server.ts');
await unregister();
