/** Who pastes the commands of a page: a user of the machine without rights, with a home of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tally } from '../tally.js';
import { urlOf, type Site } from './page.js';

const NOBODY = 65_534;

export class Operator {
  readonly uid = process.getuid?.() === 0 ? NOBODY : undefined;
  readonly variables: Readonly<Record<string, string>>;

  /** @param programs of PostgreSQL, which Debian's wrappers choose otherwise */
  constructor(
    private readonly home: string,
    { programs, PGPASSWORD }: { readonly programs: string; readonly PGPASSWORD: string },
    private readonly tally: Tally,
    private readonly say: (line: string) => void,
  ) {
    // Git rejects to clone what belongs to another user.
    writeFileSync(path.join(home, '.gitconfig'), '[safe]\n\tdirectory = *\n');
    this.variables = {
      HOME: home,
      PATH: [
        programs,
        ...(process.env.PATH ?? '').split(':').filter((folder) => !folder.includes('node_modules')),
      ].join(':'),
      PGPASSWORD,
      npm_config_update_notifier: 'false',
      // Of npm's settings those that say how packages are reached.
      ...Object.fromEntries(
        ['NODE_EXTRA_CA_CERTS', 'npm_config_registry', 'npm_config_userconfig'].flatMap((name) => {
          const value = process.env[name];
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    };
  }

  /** Pastes commands. @returns what they print @throws when one fails: the next would have nothing to work on */
  async paste(name: string, commands: string, site: Site): Promise<string> {
    const startedAt = performance.now();
    const { code, output } = await this.run(commands, site);
    const ms = performance.now() - startedAt;
    this.say(`  ${name}: exit ${code} after ${(ms / 1000).toFixed(1)} s`);
    this.tally.count(name, `exit ${code}`);
    if (code !== 0) throw new Error(`${name} ended with ${code}:\n${output.slice(0, 3000)}`);
    return output;
  }

  /** @returns the exit code */
  async tryOut(commands: string, site: Site): Promise<number> {
    return (await this.run(commands, site)).code;
  }

  /** From the file that the page has the operator keep. */
  readHead(tenant: string): string {
    const heads = readFileSync(path.join(this.home, 'crm-api/crm.heads'), 'utf8');
    const [, head] = new RegExp(`^${tenant}: .* head (\\S+)$`, 'm').exec(heads) ?? [];
    if (head === undefined) throw new Error(`crm.heads names no head of ${tenant}:\n${heads}`);
    return head;
  }

  /** In the folder of the service, once it is there, with the addresses of the page's Install. */
  private async run(commands: string, { folder, port }: Site): Promise<{ code: number; output: string }> {
    const script = `set -euo pipefail\n[ ! -d '${folder}' ] || cd '${folder}'\n${commands}`;
    const child = spawn('bash', ['-c', script], {
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(this.uid !== undefined && { uid: this.uid, gid: this.uid }),
      env: {
        ...this.variables,
        DATABASE_URL: urlOf('crm_app', port),
        DATABASE_MIGRATION_URL: urlOf('crm_owner', port),
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    return { code: child.exitCode ?? 1, output };
  }
}
