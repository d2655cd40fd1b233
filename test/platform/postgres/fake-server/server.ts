/** A PostgreSQL that plays what a schedule says: one listening socket, one model of a backend per connection. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { BackendModel, type GroupLog } from './backend-model.js';
import { play, type Ending, type Fault } from './faults.js';
import { backend, FrontendReader, type FrontendMessage, type TransactionStatus } from './messages.js';
import { Wire, type Cutting } from './wire.js';

/** What the server knows of one batch that it was sent. */
export interface BatchRecord {
  readonly processId: number;
  /** Of the session when the batch came. */
  readonly statusBefore: TransactionStatus;
  readonly isWhole: boolean;
  readonly log: GroupLog;
  /** Of the tables while it was answered. */
  readonly generation: number;
  readonly namesLost: boolean;
}

/** The batch that a group belongs to stands in its values, or in the text of a COPY. */
function batchOf(messages: readonly FrontendMessage[]): number | undefined {
  for (const message of messages) {
    const text = message.type === 'bind' ? message.values[0] : message.type === 'query' ? message.text : undefined;
    const number = /^(?:batch |COPY \(batch )(\d+)/.exec(text ?? '')?.[1];
    if (number !== undefined) return Number(number);
  }
  return undefined;
}

interface World {
  readonly cutting: Cutting;
  /** Of the connections, in the order in which they are opened. */
  readonly openings: readonly (Ending | undefined)[];
}

export class Session {
  readonly model: BackendModel;
  readonly wire: Wire;
  /** Names were lost and no error has told the client. */
  namesLost = false;
  /** At most, over its life. */
  mostNames = 0;
  isClosed = false;
  /** What it ends with, from the moment that this is certain; the bytes before it may still be on their way. */
  doom: Ending | undefined;
  private group: FrontendMessage[] = [];

  constructor(
    private readonly server: FakeServer,
    readonly processId: number,
    readonly socket: Socket,
    world: World,
  ) {
    this.model = new BackendModel(new Map(), () => server.generation);
    this.wire = new Wire(socket, world.cutting, server.note);
    const reader = new FrontendReader(
      (request) => {
        this.start(request, world.openings[processId - 1]);
      },
      (message) => {
        this.take(message);
      },
    );
    socket.on('data', (bytes: Buffer) => {
      server.note();
      reader.read(bytes);
    });
    // A frozen host does not even say goodbye.
    socket.on('end', () => {
      if (this.doom !== 'freeze') socket.end();
    });
    socket.on('error', server.note);
    socket.on('close', () => {
      this.isClosed = true;
      server.note();
    });
  }

  /** The client cannot be answered on it any more, whether it knows or not. */
  get isDead(): boolean {
    return this.isClosed || this.doom !== undefined;
  }

  private start(request: 'startup' | 'ssl' | 'cancel', ending: Ending | undefined): void {
    if (request === 'ssl') this.wire.send(Buffer.from('N'));
    else if (request === 'cancel') this.socket.end();
    else if (ending) {
      this.doom = ending;
      const rejection = { severity: 'FATAL', code: '53300', message: 'sorry, too many clients already' } as const;
      this.wire.send(ending === 'end' ? backend.error(rejection) : Buffer.alloc(0), ending);
    } else {
      const settings = [backend.parameterStatus('server_version', '18.0'), backend.parameterStatus('TimeZone', 'UTC')];
      const ready = [backend.backendKeyData(this.processId), backend.readyForQuery('I')];
      this.wire.send(Buffer.concat([backend.authenticationOk(), ...settings, ...ready]));
    }
  }

  private take(message: FrontendMessage): void {
    if (message.type === 'terminate') {
      if (!this.isDead) this.socket.end();
      return;
    }
    this.group.push(message);
    if (message.type === 'sync' || message.type === 'query') this.answer(this.group.splice(0));
  }

  private answer(messages: readonly FrontendMessage[]): void {
    if (this.isDead) return;
    const batch = batchOf(messages);
    const fault = this.server.faultOf(batch);
    if (fault.type === 'migration') this.server.generation = 1;
    if (fault.type === 'lost-names') {
      this.model.names.clear();
      this.namesLost = true;
    }
    const statusBefore = this.model.status;
    const { bytes, ending, isWhole, log } = play(this.model, messages, fault);
    const { processId, namesLost } = this;
    if (batch !== undefined)
      this.server.records.set(batch, {
        ...{ processId, statusBefore, isWhole, log, namesLost },
        generation: this.server.generation,
      });
    if (log.error === '26000') this.namesLost = false;
    this.mostNames = Math.max(this.mostNames, this.model.names.size);
    this.doom = ending;
    this.wire.send(bytes, ending);
  }
}

export class FakeServer {
  records = new Map<number, BatchRecord>();
  sessions: Session[] = [];
  generation = 0;
  /** Grows with all that is sent or received: while it stands still, nothing happens. */
  activity = 0;
  private faults: ReadonlyMap<number, Fault> = new Map();
  private world: World = { cutting: { sizes: [0], delays: [0] }, openings: [] };

  private constructor(private readonly listener: Server) {
    listener.on('connection', (socket: Socket) => {
      this.sessions.push(new Session(this, this.sessions.length + 1, socket, this.world));
    });
  }

  static async listen(): Promise<FakeServer> {
    // Half-open: a frozen connection leaves the client's goodbye without an answer.
    const listener = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    return new FakeServer(listener);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Forgets everything before. */
  begin(world: World, faults: ReadonlyMap<number, Fault>): void {
    this.destroySessions();
    this.sessions = [];
    this.records = new Map();
    this.generation = 0;
    this.world = world;
    this.faults = faults;
  }

  readonly note = (): void => {
    this.activity += 1;
  };

  faultOf(batch: number | undefined): Fault {
    return (batch === undefined ? undefined : this.faults.get(batch)) ?? { type: 'none' };
  }

  /** Connections that open from now on do so without a fault, and all that was to be sent is. */
  async calm(): Promise<void> {
    this.world = { ...this.world, openings: [] };
    await Promise.all(this.sessions.map(({ wire }) => wire.sent()));
  }

  session(processId: number): Session | undefined {
    return this.sessions[processId - 1];
  }

  /** A frozen host comes back, which knows nothing of its connections. */
  thaw(): void {
    for (const { doom, socket } of this.sessions) if (doom === 'freeze') socket.destroy();
  }

  destroySessions(): void {
    for (const { socket } of this.sessions) socket.destroy();
  }

  close(): void {
    this.destroySessions();
    this.listener.close();
  }
}
