/** The service as a process of its own whose event loop, memory and CPU are looked at from outside. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServiceProcess } from '../../support/service-process.js';

const PROBE = fileURLToPath(new URL('loop-probe.ts', import.meta.url));
/** Of Linux' clock, in which it counts CPU: 100 a second. */
const MS_PER_TICK = 10;

/** Since the look before; milliseconds and MiB. */
export interface Look {
  /** The most that the main thread worked at a stretch. */
  readonly heldMs: number;
  /** The longest time between two turns of the event loop: what others do with the machine is in it. */
  readonly waitedMs: number;
  /** Of all its threads. */
  readonly cpuMs: number;
  /** Of all backends. 0 where the server is not ours. */
  readonly postgresMs: number;
  readonly peakMib: number;
}

export class WatchedService {
  private probe = '';
  private cpu = 0;
  private postgres = 0;

  private constructor(
    readonly process: ServiceProcess,
    private readonly postmaster: number | undefined,
  ) {}

  /** @param postmaster of a PostgreSQL that serves nothing else */
  static async start(
    variables: Readonly<Record<string, string>>,
    folder: string,
    postmaster?: number,
  ): Promise<WatchedService> {
    const portFile = path.join(folder, 'probe-port');
    const watched = { ...variables, NODE_OPTIONS: `--import=${PROBE}`, LOOP_PROBE: portFile };
    const service = new WatchedService(new ServiceProcess(watched, path.join(folder, 'service.log')), postmaster);
    await service.process.start();
    while (!existsSync(portFile)) await sleep(20);
    service.probe = `http://127.0.0.1:${readFileSync(portFile, 'utf8')}`;
    return service;
  }

  get origin(): string {
    return this.process.origin;
  }

  /** What happened since the last look; memory's peak is counted anew from here on. */
  async look(): Promise<Look> {
    // Written by the probe, which is ours.
    const loop = (await (await fetch(this.probe)).json()) as Pick<Look, 'heldMs' | 'waitedMs'>;
    const { pid } = this.process;
    const peakMib = statusOf(pid, 'VmHWM');
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    const [cpu, postgres] = [cpuOf(pid, false), this.cpuOfPostgres()];
    const look = { ...loop, cpuMs: cpu - this.cpu, postgresMs: postgres - this.postgres, peakMib };
    [this.cpu, this.postgres] = [cpu, postgres];
    return look;
  }

  /** MiB. */
  get memory(): number {
    return statusOf(this.process.pid, 'VmRSS');
  }

  private cpuOfPostgres(): number {
    if (this.postmaster === undefined) return 0;
    const children = readFileSync(`/proc/${this.postmaster}/task/${this.postmaster}/children`, 'utf8');
    const backends = children.split(' ').filter((pid) => pid !== '');
    // Backends that have ended are counted in the postmaster's own line.
    return backends.reduce((sum, pid) => sum + cpuOf(Number(pid), false), cpuOf(this.postmaster, true));
  }
}

function statusOf(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
}

/** @param withEnded also of its children that have ended */
function cpuOf(pid: number, withEnded: boolean): number {
  try {
    // "pid (name) state ppid …": the name may hold anything, the last parenthesis ends it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, withEnded ? 15 : 13).map(Number);
    return ticks.reduce((sum, count) => sum + count, 0) * MS_PER_TICK;
  } catch {
    return 0; // it has ended meanwhile
  }
}
