/** A reader who pastes commands into bash, and what passes between their curl and the service. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Exchange {
  readonly path: string;
  readonly sent: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Pasted {
  /** What bash printed, errors included. */
  readonly output: string;
  readonly exchanges: readonly Exchange[];
}

export interface GuideShell {
  paste(commands: string): Promise<Pasted>;
  close(): Promise<void>;
}

/** @param adapt what a test changes in the commands, given the address to call: the guide is written for the demo */
export async function openGuideShell(
  service: string,
  adapt: (commands: string, origin: string) => string,
): Promise<GuideShell> {
  const recorder = await openRecorder(service);
  const folder = mkdtempSync(join(tmpdir(), 'guide-'));
  const bash = spawn('bash', ['--norc', '--noprofile'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => bash.once('close', resolve));
  let printed = '';
  bash.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  bash.stdin.write('exec 2>&1\n');
  let count = 0;
  const paste = async (commands: string): Promise<Pasted> => {
    const mark = `--- end of step ${(count += 1)} ---`;
    printed = '';
    bash.stdin.write(`${adapt(commands, recorder.origin)}\nprintf '%s' '${mark}'\n`);
    while (!printed.includes(mark)) {
      if (bash.exitCode !== null) throw new Error(`bash ended: ${printed}`);
      await new Promise((resolve) => bash.stdout.once('data', resolve));
    }
    return { output: printed.replace(mark, ''), exchanges: recorder.take() };
  };
  const close = async (): Promise<void> => {
    bash.stdin.end();
    await ended;
    rmSync(folder, { recursive: true });
    await recorder.close();
  };
  return { paste, close };
}

interface Recorder {
  readonly origin: string;
  /** What passed since the last call. */
  take(): Exchange[];
  close(): Promise<void>;
}

async function openRecorder(service: string): Promise<Recorder> {
  let exchanges: Exchange[] = [];
  const server = createServer((request, response) => {
    pass(service, request, response).then(
      (exchange) => exchanges.push(exchange),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  const take = (): Exchange[] => {
    const taken = exchanges;
    exchanges = [];
    return taken;
  };
  const close = async (): Promise<void> => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  };
  return { origin: `http://127.0.0.1:${port}`, take, close };
}

/** Headers of one connection, which are not passed on to the other. */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'host'];

async function pass(service: string, request: IncomingMessage, response: ServerResponse): Promise<Exchange> {
  const { method = 'GET', url: path = '/' } = request;
  const chunks: Buffer[] = [];
  // Buffers, since no encoding is set.
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sent = Buffer.concat(chunks).toString();
  const headers = Object.entries(request.headers).filter(([name]) => !OF_CONNECTION.includes(name));
  const answer = await fetch(service + path, {
    method,
    headers: headers.map(([name, value]) => [name, String(value)] as [string, string]),
    ...(sent !== '' && { body: sent }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const exchange = { path, sent, status: answer.status, headers: answer.headers, text: bytes.toString() };
  response.writeHead(answer.status, [...answer.headers].filter(([name]) => !OF_CONNECTION.includes(name)).flat());
  response.end(bytes);
  return exchange;
}
