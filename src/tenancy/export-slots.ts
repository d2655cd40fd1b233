/** Limits the exports that run at once, per process and per tenant. Waiting tenants take turns. */
import { AppError, type Sentence } from '../platform/errors/errors.js';
import type { ExportLimits } from './export-limits.js';

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

interface Tenant {
  running: number;
  /** Callbacks of its waiting exports, oldest first. */
  readonly waiting: Set<() => void>;
}

/**
 * A free slot goes to the waiting tenant that runs the fewest exports, and among equals to the one whose last turn is longest ago. No
 * tenant gets a second slot while a tenant without one waits. One instance per process: the limits of several processes add up.
 */
export class ExportSlots {
  private running = 0;
  /** Tenants with an export that runs or waits. A tenant moves to the end when it gets a turn. */
  private readonly tenants = new Map<string, Tenant>();

  constructor(readonly limits: ExportLimits) {}

  /**
   * @param signal aborted when the client has disconnected
   * @throws AppError UNAVAILABLE when no slot became free in time
   */
  take(tenantId: string, signal: AbortSignal): Promise<ExportSlot> {
    const { waiting } = this.enter(tenantId);
    return new Promise((resolve, reject) => {
      const stopWaiting = (): void => {
        waiting.delete(letIn);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const letIn = (): void => {
        stopWaiting();
        resolve(this.occupy(tenantId));
      };
      const giveUp = (): void => {
        stopWaiting();
        this.forgetIfIdle(tenantId);
        reject(new AppError('UNAVAILABLE', TOO_MANY, { retryAfterSeconds: RETRY_AFTER_SECONDS }));
      };
      const timer = setTimeout(giveUp, this.limits.waitMs);
      signal.addEventListener('abort', giveUp);
      waiting.add(letIn);
      if (signal.aborted) giveUp();
      else this.letNextIn();
    });
  }

  private enter(tenantId: string): Tenant {
    const known = this.tenants.get(tenantId);
    if (known) return known;
    const tenant: Tenant = { running: 0, waiting: new Set() };
    this.tenants.set(tenantId, tenant);
    return tenant;
  }

  private occupy(tenantId: string): ExportSlot {
    const tenant = this.enter(tenantId);
    this.tenants.delete(tenantId);
    this.tenants.set(tenantId, tenant);
    tenant.running += 1;
    this.running += 1;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      tenant.running -= 1;
      this.running -= 1;
      this.forgetIfIdle(tenantId);
      this.letNextIn();
    };
    return { release };
  }

  private letNextIn(): void {
    const [letIn] = this.nextTenant()?.waiting ?? [];
    letIn?.();
  }

  private nextTenant(): Tenant | undefined {
    if (this.running >= this.limits.places) return undefined;
    let next: Tenant | undefined;
    for (const tenant of this.tenants.values()) {
      if (tenant.waiting.size === 0 || tenant.running >= this.limits.slotsPerTenant) continue;
      if (next === undefined || tenant.running < next.running) next = tenant;
    }
    return next;
  }

  private forgetIfIdle(tenantId: string): void {
    const tenant = this.tenants.get(tenantId);
    if (tenant?.running === 0 && tenant.waiting.size === 0) this.tenants.delete(tenantId);
  }
}
