/** Clients made from the OpenAPI document: their generated code compiles, and works. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import createClient from 'openapi-fetch';
import { expect, FOLDER, lastWords, runProgram } from './expect.mjs';

const COMPILER = {
  compilerOptions: {
    ...{
      strict: true,
      target: 'es2022',
      module: 'nodenext',
      moduleResolution: 'nodenext',
      lib: ['es2023', 'dom', 'dom.iterable'],
    },
    ...{ skipLibCheck: true, outDir: 'out', types: [], allowImportingTsExtensions: false },
  },
  include: ['src'],
};

function projectIn(folder, name) {
  const project = path.join(folder, name);
  mkdirSync(path.join(project, 'src'), { recursive: true });
  symlinkSync(path.join(FOLDER, 'node_modules'), path.join(project, 'node_modules'));
  writeFileSync(path.join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(COMPILER));
  return project;
}

async function compile(project) {
  const compiled = await runProgram('tsc', ['-p', '.'], { cwd: project });
  expect(compiled.code === 0, `the compiler: ${lastWords(compiled)}`);
}

const TYPED = `import createClient from 'openapi-fetch';
import type { paths } from './api.js';
const client = createClient<paths>({ baseUrl: 'http://x' });
export async function names(): Promise<string[]> {
  const { data } = await client.GET('/v1/commercial/customers', { params: { query: { page_size: 3 } } as never });
  return data?.items?.map((one) => one.name ?? '') ?? [];
}
`;

/** openapi-typescript's types, openapi-fetch's requests. */
export async function openapiFetch({ origin, headers }, { folder, document }) {
  const project = projectIn(folder, 'openapi-fetch');
  const types = await runProgram('openapi-typescript', [document, '-o', path.join(project, 'src', 'api.d.ts')]);
  expect(types.code === 0, lastWords(types));
  writeFileSync(path.join(project, 'src', 'use.ts'), TYPED);
  await compile(project);
  const client = createClient({ baseUrl: origin, headers });
  const list = await client.GET('/v1/commercial/customers', { params: { query: { page_size: 3, is_active: true } } });
  expect(list.data?.items.length === 3, `the list: ${JSON.stringify(list.error)}`);
  const created = await client.POST('/v1/commercial/customers', { body: { name: 'openapi-fetch' } });
  expect(created.response.status === 201, `create: ${JSON.stringify(created.error)}`);
  const { id } = created.data;
  const update = { params: { path: { id } }, body: { city: 'Lyon' } };
  const changed = await client.PUT('/v1/commercial/customers/{id}', update);
  expect(changed.data?.city === 'Lyon', `update: ${JSON.stringify(changed.error)}`);
  return 'types compile; list, create, update';
}

/** orval's functions on fetch. */
export async function orval({ origin, headers }, { folder, document }) {
  const project = projectIn(folder, 'orval');
  const config = { crm: { input: document, output: { target: './src/api.ts', client: 'fetch', baseUrl: origin } } };
  writeFileSync(path.join(project, 'orval.config.mjs'), `export default ${JSON.stringify(config)};`);
  const generated = await runProgram('orval', ['--config', 'orval.config.mjs'], { cwd: project });
  expect(generated.code === 0, lastWords(generated));
  await compile(project);
  const api = await import(pathToFileURL(path.join(project, 'out', 'api.js')).href);
  // The options of a request come last, after parameters that may be left out.
  const call = (operation, ...args) => {
    const left = Array.from({ length: operation.length - 1 - args.length });
    return operation(...args, ...left, { headers });
  };
  const list = await call(api.listCustomers, { page_size: 3 });
  expect(list.status === 200 && list.data.items.length === 3, `listCustomers: ${JSON.stringify(list).slice(0, 300)}`);
  const created = await call(api.createCustomer, { name: 'orval' });
  expect(created.status === 201, `createCustomer: ${JSON.stringify(created).slice(0, 300)}`);
  const read = await call(api.getCustomer, created.data.id);
  expect(read.data.name === 'orval', `getCustomer: ${JSON.stringify(read).slice(0, 300)}`);
  return 'compiles; list, create, read';
}

export async function redocly(_service, { document }) {
  const linted = await runProgram('redocly', ['lint', document, '--format=json', '--max-problems=1000']);
  const { totals, problems } = JSON.parse(linted.output);
  const rules = [...new Set(problems.filter(({ severity }) => severity === 'error').map(({ ruleId }) => ruleId))];
  expect(totals.errors === 0, `${totals.errors} errors (${rules.join(', ')}), ${totals.warnings} warnings`);
  return `0 errors, ${totals.warnings} warnings`;
}

export async function spectral(_service, { document, folder }) {
  const ruleset = path.join(folder, 'spectral.json');
  writeFileSync(ruleset, JSON.stringify({ extends: ['spectral:oas'] }));
  const linted = await runProgram('spectral', ['lint', document, '--ruleset', ruleset, '--format', 'json', '--quiet']);
  const start = linted.output.indexOf('[');
  const problems = start < 0 ? [] : JSON.parse(linted.output.slice(start, linted.output.lastIndexOf(']') + 1));
  const counts = new Map();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  expect(start >= 0 || linted.code === 0, lastWords(linted));
  const [first] = problems;
  expect(
    problems.length === 0,
    `${[...counts].map(([code, count]) => `${count} × ${code}`).join(', ')}, first ${first?.path.join('.')}: ${first?.message}`,
  );
  return '0 problems';
}
