/** The service from source on a free port, with its demo tenant, and a session of the demo's administrator. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const START_TIMEOUT_MS = 180_000;
export const TENANT = 'demo';
const CREDENTIALS = { email: 'admin@demo.example', password: 'demo-password-2026', tenant_id: TENANT };

export class Service {
  /** @param {string} root of the repository @param {string} folder for its data */
  static async start(root, folder) {
    const service = new Service();
    service.child = spawn('npm', ['start'], {
      cwd: root,
      detached: true, // a group of its own
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          PORT: '0',
          LOG_LEVEL: 'warn',
          npm_config_update_notifier: 'false',
        },
        ...{ DATA_DIR: path.join(folder, 'data'), RATE_LIMIT_USER: '0', RATE_LIMIT_TENANT: '0' },
      },
    });
    service.origin = await service.whenListening();
    service.headers = { authorization: `Bearer ${await service.signIn()}`, 'x-tenant-id': TENANT };
    return service;
  }

  whenListening() {
    return new Promise((resolve, reject) => {
      let output = '';
      const fail = () => {
        reject(new Error(`The service did not start:\n${output.slice(-2000)}`));
      };
      const timer = setTimeout(fail, START_TIMEOUT_MS);
      const read = (chunk) => {
        output = (output + chunk.toString()).slice(-100_000);
        const origin = /running at (http:\/\/[^\s]+)/.exec(output)?.[1];
        if (!origin) return;
        clearTimeout(timer);
        resolve(new URL(origin).origin);
      };
      this.child.stdout.on('data', read);
      this.child.stderr.on('data', read);
      this.child.once('exit', fail);
    });
  }

  async signIn() {
    const { tokens } = await this.rest('POST', '/v1/auth/login', CREDENTIALS);
    return tokens.access_token;
  }

  /** A request of the drill's own, for what a client needs to be there. */
  async rest(method, address, body) {
    const response = await fetch(this.origin + address, {
      method,
      headers: { ...this.headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async end() {
    const ended = once(this.child, 'exit');
    process.kill(-this.child.pid, 'SIGTERM');
    await ended;
  }
}
