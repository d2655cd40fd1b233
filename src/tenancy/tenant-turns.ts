/**
 * Shares places (connections of a pool, exports of the process) fairly between tenants. A request waits only when all places are in use
 * or its tenant is at its own limit. The next free place goes to the waiting tenant that uses the fewest, and among equals to the one
 * whose last turn is longest ago. A tenant cannot keep others waiting by sending many requests at once.
 */

interface Tenant {
  using: number;
  /** Callbacks of its waiting requests, oldest first. */
  readonly waiting: Set<() => void>;
}

export class TenantTurns {
  private using = 0;
  /** Number of waiting requests of all tenants. */
  private waiting = 0;
  /** Tenants that use a place or wait for one. A tenant moves to the end when it gets a turn. */
  private readonly tenants = new Map<string, Tenant>();

  constructor(
    private readonly places: number,
    private readonly placesPerTenant = Infinity,
  ) {}

  /** Places in use, and requests that wait for one. */
  get load(): { readonly used: number; readonly waiting: number } {
    return { used: this.using, waiting: this.waiting };
  }

  /** @returns true if the tenant may use a place at once */
  enter(tenantId: string): boolean {
    if (this.using >= this.places || this.isAtLimit(tenantId)) return false;
    this.occupy(tenantId);
    return true;
  }

  /**
   * Waits for a turn.
   * @param give called once, when the tenant may use a place; at once if one is free
   * @returns a function that stops waiting; it has no effect after the turn was given
   */
  wait(tenantId: string, give: () => void): () => void {
    const tenant = this.tenantOf(tenantId);
    const letIn = (): void => {
      stop();
      this.occupy(tenantId);
      give();
    };
    const stop = (): void => {
      if (!tenant.waiting.delete(letIn)) return;
      this.waiting -= 1;
      this.forgetIfIdle(tenantId, tenant);
    };
    tenant.waiting.add(letIn);
    this.waiting += 1;
    this.letNextIn();
    return stop;
  }

  /** Ends the tenant's use of one place. */
  leave(tenantId: string): void {
    const tenant = this.tenantOf(tenantId);
    tenant.using -= 1;
    this.using -= 1;
    this.forgetIfIdle(tenantId, tenant);
    this.letNextIn();
  }

  private isAtLimit(tenantId: string): boolean {
    return (this.tenants.get(tenantId)?.using ?? 0) >= this.placesPerTenant;
  }

  private occupy(tenantId: string): void {
    const tenant = this.tenantOf(tenantId);
    tenant.using += 1;
    this.using += 1;
    if (this.tenants.size === 1) return;
    this.tenants.delete(tenantId);
    this.tenants.set(tenantId, tenant);
  }

  private letNextIn(): void {
    if (this.waiting === 0 || this.using >= this.places) return;
    const [letIn] = this.nextTenant()?.waiting ?? [];
    letIn?.();
  }

  private nextTenant(): Tenant | undefined {
    let next: Tenant | undefined;
    for (const tenant of this.tenants.values()) {
      if (tenant.waiting.size === 0 || tenant.using >= this.placesPerTenant) continue;
      if (next === undefined || tenant.using < next.using) next = tenant;
    }
    return next;
  }

  private tenantOf(tenantId: string): Tenant {
    let tenant = this.tenants.get(tenantId);
    if (!tenant) this.tenants.set(tenantId, (tenant = { using: 0, waiting: new Set() }));
    return tenant;
  }

  private forgetIfIdle(tenantId: string, tenant: Tenant): void {
    if (tenant.using === 0 && tenant.waiting.size === 0) this.tenants.delete(tenantId);
  }
}
