/** Failed sign-ins count over all replicas together: an account has five, an address ten. */
import { Requester } from '../requester.js';
import type { Tally } from '../tally.js';
import type { DrillUser } from '../world.js';
import type { Replica } from './replicas.js';

const PER_ACCOUNT = 5;
const PER_ADDRESS = 10;
const AT_ONCE = 12;

/** Tries at the replicas in turn. The address is the client's, as a trusted proxy tells it. */
class Stranger {
  private tries = 0;
  private readonly requesters: readonly Requester[];

  constructor(
    replicas: readonly Replica[],
    private readonly tally: Tally,
  ) {
    this.requesters = replicas.map((replica) => new Requester(() => replica.origin, undefined, tally));
  }

  /** @returns the status of the answer */
  async fail({ email, tenantId }: DrillUser, address: string): Promise<number> {
    const requester = this.requesters[this.tries % this.requesters.length];
    this.tries += 1;
    const body = { email, password: 'not-the-password-of-anyone', tenant_id: tenantId };
    const headers = { 'x-forwarded-for': address };
    return (await requester?.fetch('failed sign-in', 'POST', '/v1/auth/login', body, headers))?.status ?? 0;
  }

  expect(what: string, statuses: readonly number[], allowed: number): void {
    const failed = statuses.filter((status) => status === 401).length;
    const rejected = statuses.filter((status) => status === 429).length;
    if (failed !== allowed || failed + rejected !== statuses.length)
      this.tally.broken(`${what}: ${statuses.join(' ')}, not ${allowed} × 401 and then 429`);
  }
}

/** @param users one for the tries in turn, one for those at once, and the others share an address */
export async function failSignIns(
  replicas: readonly Replica[],
  [inTurn, atOnce, ...others]: readonly DrillUser[],
  tally: Tally,
): Promise<string[]> {
  if (!inTurn || !atOnce || others.length <= PER_ADDRESS) throw new Error('Too few users.');
  const stranger = new Stranger(replicas, tally);
  const ofAccount: number[] = [];
  for (let n = 1; n <= PER_ACCOUNT + 2; n += 1) ofAccount.push(await stranger.fail(inTurn, `10.1.0.${n}`));
  stranger.expect('tries of one account, in turn', ofAccount, PER_ACCOUNT);
  const together = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, n) => stranger.fail(atOnce, `10.2.0.${n + 1}`)),
  );
  stranger.expect('tries of one account, at once', together, PER_ACCOUNT);
  const ofAddress: number[] = [];
  for (const user of others) ofAddress.push(await stranger.fail(user, '10.3.0.1'));
  stranger.expect('tries from one address', ofAddress, PER_ADDRESS);
  return [
    `one account, the replicas in turn: ${ofAccount.join(' ')}`,
    `one account, ${AT_ONCE} at once: ${together.toSorted().join(' ')}`,
    `one address, accounts in turn: ${ofAddress.join(' ')}`,
  ];
}
