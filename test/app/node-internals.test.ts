/** What app relies on in Node beyond its public API. */
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeLibrary } from '../support/library-facts.js';

/** Whether the response whose turn it is stands at the socket while its request is answered. */
function isAtSocket(): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer((request, response) => {
      resolve('_httpMessage' in request.socket && request.socket._httpMessage === response);
      response.end(() => server.close());
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      get({ port, host: '127.0.0.1', agent: false }, (answer) => answer.resume()).on('error', reject);
    });
  });
}

describeLibrary({ packages: ['node'], readme: 'src/app/README.md' }, [
  {
    api: '_httpMessage',
    fact: 'a connection holds under this name the response whose turn it is',
    usedIn: ['src/app/unreadable-requests.ts'],
    check: async () => {
      expect(await isAtSocket()).toBe(true);
    },
  },
]);
