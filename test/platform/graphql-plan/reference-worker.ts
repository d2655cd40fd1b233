/**
 * The interpreted server in a thread of its own: where a list's item fails at once, graphql-js forgets the promises of the items before,
 * and what they reject with later would count as a failure of the test (or end a process).
 */
import { parentPort } from 'node:worker_threads';
import { startFaultyToy } from './faults.js';

process.on('unhandledRejection', () => undefined);
const { url } = await startFaultyToy({ compile: false });
parentPort?.postMessage(url);
