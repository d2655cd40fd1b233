/** One user who works on records of their own, one request at a time, and knows what every answer has to be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, resultOf, viewOf, type CustomerModel, type RecordType, type View } from './records.js';
import type { Random } from './random.js';
import { Requester, TRANSPORTS, type Identity, type Reply, type Request, type Transport } from './requester.js';
import type { Tally } from './tally.js';

/** What all callers of a drill share. */
export interface DrillScope {
  readonly origin: () => string;
  readonly tally: Tally;
  /** Whether the service itself may be killed: then no answer is an answer. */
  readonly mayBeKilled: boolean;
  /** An id of a customer of another tenant. */
  readonly foreignId: (tenantId: string) => string | undefined;
  /** Called for every write that was acknowledged. */
  readonly onAcknowledged?: () => void;
}

/** Tokens of callers, as `tokenOf` makes them, in the names that they give: an access token may hold such letters too. */
const TOKENS = /(?<=(?:Firme|Keyless) )zq[a-z]{2}x/g;

/** A token of every name that a caller gives: of one tenant's callers all begin alike. */
export function tokenOf(tenantName: string, index: number): string {
  return `zq${tenantName.charAt(0)}${String.fromCharCode(97 + index)}x`;
}

/** A write without a final answer for so long is a broken promise; milliseconds. */
const UNKNOWN_LIMIT_MS = 90_000;

export class Caller {
  readonly customers: CustomerModel[] = [];
  /** Subjects of activities that were created without an Idempotency-Key, and whether they were acknowledged. */
  readonly keyless = new Map<string, boolean>();
  readonly requester: Requester;
  private keys = 0;
  private names = 0;

  /** @param token of every name that this caller gives, found by search and by no other caller's */
  constructor(
    readonly identity: Identity,
    readonly token: string,
    /** A customer of the tenant that no caller made. */
    readonly commonCustomerId: string,
    readonly random: Random,
    readonly scope: DrillScope,
  ) {
    this.requester = new Requester(scope.origin, identity, scope.tally, (name, reply) => {
      this.checkTenant(name, reply);
    });
  }

  get live(): CustomerModel[] {
    return this.customers.filter(({ isDeleted }) => !isDeleted);
  }

  /** A name that nothing else has. */
  nextName(): string {
    this.names += 1;
    return `Firme ${this.token} ${this.names}`;
  }

  transport(): Transport {
    return this.random.pick(TRANSPORTS);
  }

  broken(name: string, problem: string, reply?: Reply): void {
    const seen = reply ? `\n    ${reply.status} after ${Math.round(reply.ms)} ms: ${reply.text.slice(0, 600)}` : '';
    const recordType = problem.replace(/ instead of.*| \{.*/s, '').replace(/[0-9a-f-]{36}|\d+/g, '#');
    this.scope.tally.broken(`${this.token} ${name}: ${problem}${seen}`, `${name}: ${recordType.slice(0, 60)}`);
  }

  /** Whether this answer says "not now", which is allowed everywhere. */
  isNotNow(code: string | undefined): boolean {
    return code === 'UNAVAILABLE' || (code === 'NO_ANSWER' && this.scope.mayBeKilled);
  }

  /**
   * A read. @returns its answer, undefined for "not now" and for what was wrong
   * @param rejection the only code that is right; none for an answer with data
   */
  async read(name: string, transport: Transport, request: Request, rejection?: string): Promise<Reply | undefined> {
    const reply = await this.requester.send(name, transport, request);
    if (this.isNotNow(reply.code)) return undefined;
    if (reply.code === rejection) return reply;
    this.broken(name, `${reply.code ?? 'an answer'} instead of ${rejection ?? 'an answer'}`, reply);
    return undefined;
  }

  /** A write, sent again with the same Idempotency-Key until there is a final answer. */
  async write(name: string, request: Request, transport: Transport): Promise<Reply | undefined> {
    this.keys += 1;
    const key = `${this.identity.userId}-${this.keys}`;
    const giveUpAt = Date.now() + UNKNOWN_LIMIT_MS;
    for (;;) {
      const reply = await this.requester.send(name, transport, request, key);
      if (reply.code === undefined) this.scope.onAcknowledged?.();
      if (!this.isNotNow(reply.code) && reply.code !== 'IDEMPOTENCY_IN_PROGRESS') return reply;
      if (Date.now() > giveUpAt) {
        this.broken(name, `no final answer in ${UNKNOWN_LIMIT_MS} ms`, reply);
        return undefined;
      }
      await sleep(this.random.integer(50, 400));
    }
  }

  /**
   * A write that succeeds. @returns the record as answered; of REST's 204 `expected` itself; undefined when the answer was wrong
   * @param expected fields of the record afterwards
   */
  async change(name: string, recordType: RecordType, request: Request, expected: View): Promise<View | undefined> {
    const transport = this.transport();
    const reply = await this.write(name, request, transport);
    if (!reply) return undefined;
    if (reply.code !== undefined) {
      this.broken(name, `${reply.code} instead of ${JSON.stringify(expected)}`, reply);
      return undefined;
    }
    const view = resultOf(recordType, reply.data, transport === 'graphql');
    if (!view) {
      if (reply.status === 204 && transport === 'rest') return expected;
      this.broken(name, `no record instead of ${JSON.stringify(expected)}`, reply);
      return undefined;
    }
    const wrong = Object.entries(expected).filter(([field, value]) => view[field] !== value);
    if (wrong.length > 0) this.broken(name, `not ${JSON.stringify(Object.fromEntries(wrong))}`, reply);
    return view;
  }

  /** A write that is rejected for a reason. @returns its details; undefined when the answer was wrong */
  async rejected(name: string, request: Request, code: string): Promise<Reply | undefined> {
    const reply = await this.write(name, request, this.transport());
    if (!reply || reply.code === code) return reply;
    this.broken(name, `${reply.code ?? 'done'} instead of ${code}`, reply);
    return undefined;
  }

  /** No answer holds a name that a caller of another tenant gave. */
  private checkTenant(name: string, reply: Reply): void {
    for (const token of reply.text.match(TOKENS) ?? []) {
      const isOwn = token.startsWith(this.token.slice(0, 3));
      this.scope.tally.count('names in answers', isOwn ? 'of the own tenant' : 'of another tenant');
      if (!isOwn) this.broken(name, `a name of another tenant: ${token}`, reply);
    }
  }

  customerOf(id: string): CustomerModel | undefined {
    return this.customers.find((customer) => idOf(customer) === id);
  }

  /** The views of live customers. */
  liveViews(): View[] {
    return this.live.map(({ view }) => viewOf('customer', view));
  }
}
