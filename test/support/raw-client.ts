/** Requests as bytes, for what no HTTP client sends, and requests by any method over connections that are kept. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; one value each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends bytes and reads until the server closes. Latin-1, so that any byte can be sent. */
export function sendBytes(origin: string, bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(readAnswer(Buffer.concat(chunks).toString()));
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer in 10 s')));
  });
}

function readAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  const status = Number(statusLine.split(' ')[1] ?? 0);
  return { status, headers: Object.fromEntries(headers), text: rest.join('\r\n\r\n') };
}

export interface AnyRequest {
  readonly method: string;
  /** As it goes into the request line. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A client that keeps its connections. Close it. */
export class AnyClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(private readonly origin: string) {}

  send({ method, path, headers = {}, body }: AnyRequest): Promise<RawAnswer> {
    const { hostname, port } = new URL(this.origin);
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request(
        { hostname, port, method, path, headers: { ...headers, ...length }, agent: this.agent },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const all = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: incoming.statusCode ?? 0,
              headers: Object.fromEntries(all) as RawAnswer['headers'],
              text,
            });
          });
        },
      );
      sent.on('error', reject);
      sent.setTimeout(30_000, () => sent.destroy(new Error('no answer in 30 s')));
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
