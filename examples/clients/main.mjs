/** One line per client; exit code 1 when one fails. Names as arguments choose some: `npm run clients -- orval`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FOLDER } from './expect.mjs';
import { graphqlClients } from './graphql-clients.mjs';
import { newmanRun } from './newman-run.mjs';
import { openapiFetch, orval, redocly, spectral } from './openapi-clients.mjs';
import { relayClient } from './relay-client.mjs';
import { Service } from './service.mjs';
import { validatingProxy } from './validating-proxy.mjs';

const CLIENTS = {
  ...graphqlClients,
  Relay: relayClient,
  'openapi-fetch': openapiFetch,
  orval,
  redocly,
  spectral,
  'prism, with the guide': validatingProxy,
  // Last: it ends its session and changes passwords.
  newman: newmanRun,
};

/** fetch says why it failed in the cause. */
function sentenceOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
const isWanted = (name) => wanted.length === 0 || wanted.some((word) => name.toLowerCase().includes(word));
const root = path.join(FOLDER, '..', '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'crm-clients-'));
const service = await Service.start(root, folder);
let failed = 0;
/** Methods that a client's own fetch used: what it sends is looked at, not changed. */
const methods = new Map();
const ownFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
  methods.set(method, (methods.get(method) ?? 0) + 1);
  return ownFetch(input, init);
};
const sent = () => [...methods].map(([method, count]) => `${count} ${method}`).join(', ');
try {
  const document = path.join(folder, 'openapi.json');
  writeFileSync(document, JSON.stringify(await service.rest('GET', '/v1/openapi.json')));
  for (const [name, run] of Object.entries(CLIENTS).filter(([one]) => isWanted(one))) {
    methods.clear();
    try {
      console.log(
        `ok    ${name}: ${await run(service, { folder, document, root })}${methods.size === 0 ? '' : ` (${sent()})`}`,
      );
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}: ${sentenceOf(error)}`);
    }
  }
} finally {
  await service.end();
  rmSync(folder, { recursive: true, force: true });
}
console.log(failed === 0 ? 'All clients work.' : `${failed} failed.`);
process.exit(failed === 0 ? 0 : 1);
