/** A receiver of OTLP over HTTP on loopback. It keeps what was sent, or never answers. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly Attribute[];
  readonly events: readonly unknown[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[];
  }[];
}

const WAIT_MS = 10_000;

export class OtlpReceiver {
  readonly bodies: string[] = [];
  readonly spans: ReceivedSpan[] = [];
  resource: readonly Attribute[] = [];
  requests = 0;
  private readonly server: Server;

  /** @param answers false: requests are accepted and never answered */
  constructor(private readonly answers = true) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests += 1;
        if (!this.answers) return;
        this.keep(`${request.url ?? ''} ${request.headers['content-type'] ?? ''}`, Buffer.concat(chunks).toString());
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`; // it listens on a port
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** @returns the spans of a trace, once it holds the span of a request */
  async traceOf(traceId: string): Promise<readonly ReceivedSpan[]> {
    const until = performance.now() + WAIT_MS;
    while (performance.now() < until) {
      const spans = this.spans.filter((span) => span.traceId === traceId);
      if (spans.some(({ kind }) => kind === 2)) return spans;
      await sleep(50);
    }
    throw new Error(`No span of a request arrived for the trace ${traceId}.`);
  }

  private keep(head: string, body: string): void {
    this.bodies.push(`${head}\n${body}`);
    for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
      this.resource = resource.attributes;
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }
}

/** @returns the value of an attribute, whatever its type */
export function valueOf({ attributes }: Pick<ReceivedSpan, 'attributes'>, key: string): unknown {
  const [value] = Object.values(attributes.find((attribute) => attribute.key === key)?.value ?? {});
  return value;
}
