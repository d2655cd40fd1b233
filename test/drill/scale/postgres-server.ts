/** A PostgreSQL of the operating system, with a data folder of its own. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  findProgram,
  freePort,
  giveToServers,
  postgresFolders,
  runProgram,
  serverFolder,
  ServerProgram,
} from './programs.js';

const SUPERUSER = 'postgres';

export interface PostgresServer {
  readonly server: ServerProgram;
  readonly port: number;
  /** As superuser. */
  readonly url: (database: string) => string;
}

/** Makes servers that share the password of their superuser. */
export class PostgresMaker {
  readonly password = randomBytes(16).toString('hex');
  private readonly programs = postgresFolders();
  private readonly log: string;

  constructor(readonly folder = serverFolder()) {
    this.log = path.join(folder, 'postgres.log');
  }

  /** @throws StartupError when PostgreSQL is missing */
  async makePrimary(name = 'primary'): Promise<PostgresServer> {
    const passwordFile = path.join(this.folder, 'password');
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    giveToServers(passwordFile);
    const data = path.join(this.folder, name);
    const options = ['--encoding=UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await this.run('initdb', ['-D', data, `--username=${SUPERUSER}`, ...options]);
    return this.serve(data, name);
  }

  /** The folder of the newest version's programs. @throws StartupError when PostgreSQL is missing */
  get programFolder(): string {
    return path.dirname(this.find('postgres'));
  }

  run(name: string, args: readonly string[]): Promise<void> {
    return runProgram({ program: this.find(name), args, log: this.log });
  }

  /** @param name under which a standby signs in at its primary */
  async serve(data: string, name: string): Promise<PostgresServer> {
    const port = await freePort();
    const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', cluster_name: name };
    const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    const url = (database: string): string =>
      `postgresql://${SUPERUSER}:${this.password}@127.0.0.1:${port}/${database}`;
    const command = { program: this.find('postgres'), args: ['-D', data, ...args], log: this.log };
    return { server: await ServerProgram.start(command, url('postgres')), port, url };
  }

  private find(name: string): string {
    return findProgram(name, this.programs, 'postgresql');
  }
}
