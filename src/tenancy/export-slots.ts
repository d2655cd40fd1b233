/** Limits the exports that run at once, per process and per tenant. Waiting tenants take turns. */
import { AppError, type Sentence } from '../platform/errors/errors.js';
import type { ExportLimits } from './export-limits.js';
import { TenantTurns } from './tenant-turns.js';

const TOO_MANY: Sentence = {
  fr: "Trop d'exports sont en cours : réessayez dans quelques secondes.",
  en: 'Too many exports are running: try again in a few seconds.',
};
const RETRY_AFTER_SECONDS = 5;

/** The right to run one export. */
export interface ExportSlot {
  /** Frees the slot for the next export. A second call does nothing. */
  release(): void;
}

/** One instance per process: the limits of several processes add up. */
export class ExportSlots {
  private readonly turns: TenantTurns;

  constructor(readonly limits: ExportLimits) {
    this.turns = new TenantTurns(limits.places, limits.slotsPerTenant);
  }

  /** Exports that run, and that wait. */
  get load(): TenantTurns['load'] {
    return this.turns.load;
  }

  /**
   * @param signal aborted when the client has disconnected
   * @throws AppError UNAVAILABLE when no slot became free in time
   */
  async take(tenantId: string, signal: AbortSignal): Promise<ExportSlot> {
    const isFree = !signal.aborted && (this.turns.enter(tenantId) || (await this.waitForTurn(tenantId, signal)));
    if (!isFree) throw new AppError('UNAVAILABLE', TOO_MANY, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    let isReleased = false;
    const release = (): void => {
      if (!isReleased) this.turns.leave(tenantId);
      isReleased = true;
    };
    return { release };
  }

  /** @returns false when the time is over or the signal was aborted */
  private waitForTurn(tenantId: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isFree: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        resolve(isFree);
      };
      const giveUp = (): void => {
        stopWaiting();
        end(false);
      };
      const timer = setTimeout(giveUp, this.limits.waitMs);
      signal.addEventListener('abort', giveUp);
      const stopWaiting = this.turns.wait(tenantId, () => {
        end(true);
      });
    });
  }
}
