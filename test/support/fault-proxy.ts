/** A TCP proxy between the service and PostgreSQL that a test can slow down, cut, stall, or close to new connections. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `up`: what the service sends. `down`: what PostgreSQL answers. */
export type Direction = 'up' | 'down';

/** Beyond this much that waits, the proxy reads no more from the sender; bytes. */
const WAITING_LIMIT = 1_048_576;

/** One direction of one connection: bytes leave in order, after the delay, and not while it is stalled. */
class Lane {
  private tail: Promise<void> = Promise.resolve();
  private waiting = 0;
  private isStalled = false;
  private wake: (() => void) | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly delay: () => number,
  ) {
    from.on('data', (chunk: Buffer) => {
      this.waiting += chunk.length;
      if (this.waiting > WAITING_LIMIT) from.pause();
      this.enqueue(() => this.forward(chunk));
    });
    from.on('end', () => {
      this.enqueue(() => Promise.resolve(void to.end()));
    });
  }

  stall(): void {
    this.isStalled = true;
  }

  resume(): void {
    this.isStalled = false;
    this.wake?.();
  }

  private enqueue(work: () => Promise<void>): void {
    const dueAt = Date.now() + this.delay();
    this.tail = this.tail.then(async () => {
      const early = dueAt - Date.now();
      if (early > 0) await sleep(early);
      while (this.isStalled) await new Promise<void>((resolve) => (this.wake = resolve));
      await work();
    });
  }

  private async forward(chunk: Buffer): Promise<void> {
    this.waiting -= chunk.length;
    if (this.to.destroyed) return;
    if (!this.to.write(chunk))
      await Promise.race([once(this.to, 'drain'), once(this.to, 'close')]).catch(() => undefined);
    if (this.waiting <= WAITING_LIMIT) this.from.resume();
  }
}

/** One connection of the service, as the proxy holds it. */
export class ProxiedConnection {
  private readonly lanes: Readonly<Record<Direction, Lane>>;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    delay: () => number,
    onClose: (connection: ProxiedConnection) => void,
  ) {
    this.lanes = { up: new Lane(client, server, delay), down: new Lane(server, client, delay) };
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        this.resume();
        onClose(this);
        // What is on its way to the other side may still arrive.
        setTimeout(() => other.destroy(), 50).unref();
      });
    }
  }

  /** Both ends see a reset, at once. */
  cut(): void {
    this.client.resetAndDestroy();
    this.server.resetAndDestroy();
  }

  stall(...directions: readonly Direction[]): void {
    for (const direction of directions) this.lanes[direction].stall();
  }

  resume(): void {
    this.lanes.up.resume();
    this.lanes.down.resume();
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function addressOf(url: string): Address {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5432) };
}

/** The proxy. All its faults are off at first. */
export class FaultProxy {
  /** Each chunk of bytes waits this long, in both directions; milliseconds. */
  delayMs = 0;
  /** New connections are reset. */
  isRejecting = false;
  /** New connections are taken and stalled in both directions. */
  isSilent = false;
  readonly connections = new Set<ProxiedConnection>();

  private constructor(
    private readonly listener: Server,
    private target: Address,
  ) {
    listener.on('connection', (client) => {
      this.accept(client);
    });
  }

  /** @param url of the database behind the proxy */
  static async start(url: string): Promise<FaultProxy> {
    const listener = createServer({ allowHalfOpen: true });
    const proxy = new FaultProxy(listener, addressOf(url));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The same database by way of the proxy. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    // A listening TCP server has an address of this type.
    proxied.port = String((this.listener.address() as AddressInfo).port);
    return proxied.href;
  }

  /** From now on leads to another server: what is open is cut. */
  leadTo(url: string): void {
    this.target = addressOf(url);
    for (const connection of this.connections) connection.cut();
  }

  /** Takes connections and bytes, and passes nothing on, until `heal`. */
  silence(): void {
    this.isSilent = true;
    for (const connection of this.connections) connection.stall('up', 'down');
  }

  /** Ends every fault: what was stalled goes on. */
  heal(): void {
    this.delayMs = 0;
    this.isRejecting = false;
    this.isSilent = false;
    for (const connection of this.connections) connection.resume();
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.isRejecting) {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ ...this.target, allowHalfOpen: true });
    const connection = new ProxiedConnection(
      client,
      server,
      () => this.delayMs,
      (closed) => this.connections.delete(closed),
    );
    this.connections.add(connection);
    if (this.isSilent) connection.stall('up', 'down');
  }
}
