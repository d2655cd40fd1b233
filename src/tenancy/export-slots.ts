/** Which exports may run now: so many in this process, so many of one tenant. Tenants that wait take turns. */
import { AppError, type Sentence } from '../platform/errors/errors.js';
import type { ExportLimits } from './export-limits.js';

const TOO_MANY: Sentence = {
  fr: "Trop d'exports sont en cours : réessayez dans quelques secondes.",
  en: 'Too many exports are running: try again in a few seconds.',
};
const RETRY_AFTER_SECONDS = 5;

/** The right to run one export. */
export interface ExportSlot {
  /** Lets the next one in. A second call does nothing. */
  release(): void;
}

interface Tenant {
  running: number;
  /** What lets each of its waiting exports in, oldest first. */
  readonly waiting: Set<() => void>;
}

/**
 * A free place goes to the waiting tenant that runs the fewest exports; among equals to the one whose last turn is
 * longest ago. So nobody gets a second place while a tenant without one waits, and nobody is overtaken for long.
 * One per process: the limits of several processes add up, as their connections do.
 */
export class ExportSlots {
  private running = 0;
  /** Tenants with an export that runs or waits. Whoever had a turn goes to the end. */
  private readonly tenants = new Map<string, Tenant>();

  constructor(readonly limits: ExportLimits) {}

  /**
   * @param signal aborted when nobody wants the export any more
   * @throws AppError UNAVAILABLE when no place became free in time
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
