/** Tells a wait that will never end from one on a loaded machine: nothing has moved for many turns of the event loop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { turns } from './wire.js';

const STEP_MILLIS = 5;

export class Watchdog {
  /** @param patience steps without any activity */
  constructor(
    private readonly activity: () => number,
    private readonly patience: number,
  ) {}

  /** @throws when it hangs */
  async wait<T>(promise: Promise<T>, what: string): Promise<T> {
    const state = { isSettled: false };
    const settle = (): void => {
      state.isSettled = true;
    };
    promise.then(settle, settle);
    let seen = this.activity();
    for (let idle = 0; idle < this.patience;) {
      await turns(20, () => state.isSettled);
      if (state.isSettled) return promise;
      if (this.activity() === seen) await sleep(STEP_MILLIS);
      idle = this.activity() === seen ? idle + 1 : 0;
      seen = this.activity();
    }
    throw new Error(`${what} hangs`);
  }
}
