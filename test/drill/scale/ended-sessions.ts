/** A session that ends at one replica is rejected by the other within 30 s, although both had just identified its user. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Requester } from '../requester.js';
import type { Tally } from '../tally.js';
import { signIn, type DrillUser } from '../world.js';
import type { Replica } from './replicas.js';

const LIMIT_MS = 30_000;
const POLL_MS = 200;

interface Ending {
  readonly name: string;
  /** Where it ends. */
  readonly here: Replica;
  readonly there: Replica;
  /** Whose session it is. */
  readonly user: DrillUser;
  readonly end: (here: Requester, tally: Tally) => Promise<number>;
}

async function logOut(here: Requester): Promise<number> {
  return (await here.fetch('log out', 'POST', '/v1/auth/logout', {})).status;
}

/** Two users log out and two are deactivated, at one replica and at the other. */
export async function endSessions(
  replicas: readonly [Replica, Replica],
  [admin, ...users]: readonly DrillUser[],
  tally: Tally,
): Promise<string[]> {
  if (!admin) throw new Error('No administrator.');
  const [one, other] = replicas;
  const deactivate = async (user: DrillUser, here: Replica): Promise<number> => {
    const requester = new Requester(() => here.origin, await signIn(() => here.origin, admin, tally), tally);
    return (await requester.fetch('deactivate', 'DELETE', `/v1/users/${user.userId}`)).status;
  };
  const endings = users.slice(0, 4).map((user, index): Ending => {
    const [here, there] = index % 2 === 0 ? [one, other] : [other, one];
    return index < 2
      ? { name: 'log-out', user, here, there, end: logOut }
      : { name: 'deactivation', user, here, there, end: () => deactivate(user, here) };
  });
  return Promise.all(endings.map((ending) => play(ending, tally)));
}

/** @returns the status */
async function read(requester: Requester): Promise<number> {
  return (await requester.fetch('read of an ending session', 'GET', '/v1/auth/me')).status;
}

/** @returns what was seen, in a sentence */
async function play({ name, here, there, user, end }: Ending, tally: Tally): Promise<string> {
  const identity = await signIn(() => here.origin, user, tally);
  const requesterHere = new Requester(() => here.origin, identity, tally);
  const requesterThere = new Requester(() => there.origin, identity, tally);
  const before = [await read(requesterHere), await read(requesterThere)];
  const answer = await end(requesterHere, tally);
  const endedAt = performance.now();
  const seen = [...before, answer < 300, await read(requesterHere)].join(' ');
  if (seen !== '200 200 true 401') tally.broken(`${name}: the session before and after, at the same replica: ${seen}`);
  while ((await read(requesterThere)) !== 401) {
    if (performance.now() - endedAt > LIMIT_MS) {
      tally.broken(`${name}: ${there.name} accepts the session after ${LIMIT_MS} ms`);
      return `${name} at ${here.name}: ${there.name} accepts the session all the time`;
    }
    await sleep(POLL_MS);
  }
  const seconds = ((performance.now() - endedAt) / 1000).toFixed(1);
  return `${name} at ${here.name}: ${there.name} rejects the session after ${seconds} s`;
}
