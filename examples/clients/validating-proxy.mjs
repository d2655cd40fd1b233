/** A proxy that compares every request and every answer with the OpenAPI document, while the guide runs through it. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, FOLDER } from './expect.mjs';
import { examplesOf } from '../../test/docs/guide-blocks.ts';

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function startProxy(document, origin) {
  const port = await freePort();
  const program = path.join(FOLDER, 'node_modules', '.bin', 'prism');
  const args = [program, 'proxy', document, `${origin}/`, '--errors', '--port', String(port), '--host', '127.0.0.1'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output = (output + chunk).slice(-50_000)));
  child.stderr.on('data', (chunk) => (output = (output + chunk).slice(-50_000)));
  for (let turn = 0; turn < 600 && !output.includes('listening'); turn += 1) await sleep(100);
  if (!output.includes('listening')) {
    child.kill();
    throw new Error(`The proxy did not start: ${output.slice(-800)}`);
  }
  return { origin: `http://127.0.0.1:${port}`, child };
}

const KINDS = /^\/v1\/commercial\/(customer|contact|opportunit|activit)\w+$/;
const NAMES = { customer: 'customer_id', contact: 'contact_id', opportunit: 'opportunity_id', activit: 'activity_id' };
const fill = (text, words) => text.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);

async function send(origin, service, example, words) {
  const isLogin = example.path.startsWith('/v1/auth/login');
  const headers = {
    ...(!isLogin && { ...service.headers, authorization: `Bearer ${words.token ?? ''}` }),
    ...(example.body !== undefined && { 'content-type': 'application/json' }),
    ...Object.fromEntries(Object.entries(example.headers).map(([name, value]) => [name, fill(value, words)])),
  };
  const body = example.body === undefined ? {} : { body: fill(example.body, words) };
  const response = await fetch(origin + fill(example.path, words), { method: example.method, headers, ...body });
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' };
}

function remember(words, { method, path: address }, { status, text, type }) {
  if (!type.includes('json')) return;
  const given = JSON.parse(text);
  for (const [name, value] of [
    ['token', given.access_token],
    ['refresh_token', given.refresh_token],
  ]) {
    if (value !== undefined) words[name] = value;
  }
  const [, kind] = KINDS.exec(address) ?? [];
  if (method === 'POST' && status === 201 && kind) words[NAMES[kind]] = given.id;
}

/** What the proxy says of its own, or how a status differs from the guide's. */
function complaint({ name, answer }, { status, text }) {
  // What the guide shows to be wrong is wrong for the proxy too.
  if (answer?.status === 422 && status === 422) return undefined;
  if (text.includes('stoplight.io/prism') || text.includes('#UNPROCESSABLE_ENTITY') || text.includes('#VIOLATIONS')) {
    const said = /"validation":(\[.*?\])[,}]/s.exec(text)?.[1] ?? text;
    return `${name}: ${said.slice(0, 220)}`;
  }
  return answer && answer.status !== status ? `${name}: ${status} ${text.slice(0, 160)}` : undefined;
}

async function tryStep(proxy, service, example, words) {
  try {
    const answer = await send(proxy.origin, service, example, words);
    remember(words, example, answer);
    return complaint(example, answer);
  } catch (error) {
    // A proxy may die of an answer that it cannot read.
    await sleep(500);
    const { exitCode } = proxy.child;
    return `${example.name}: ${exitCode === null ? '' : 'the proxy ended, '}${error.cause?.message ?? error.message}`;
  }
}

export async function validatingProxy(service, { document, root }) {
  const guide = readFileSync(path.join(root, 'docs', 'guide.md'), 'utf8');
  const examples = examplesOf(guide).filter(({ path: address }) => address.startsWith('/v1/'));
  let proxy = await startProxy(document, service.origin);
  const words = {};
  const complaints = [];
  try {
    for (const example of examples) {
      if (proxy.child.exitCode !== null) proxy = await startProxy(document, service.origin);
      const wrong = await tryStep(proxy, service, example, words);
      if (wrong) complaints.push(wrong);
    }
  } finally {
    proxy.child.kill();
  }
  expect(complaints.length === 0, `${complaints.length} of ${examples.length} steps: ${complaints.join(' | ')}`);
  return `${examples.length} steps of the guide`;
}
