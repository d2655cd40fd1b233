/**
 * Whose turn it is to use one of the pool's connections. While one is free, nobody waits. When all are in use, the next one goes to
 * the waiting tenant that uses the fewest; among equals to the one whose last turn is longest ago. So no tenant keeps
 * others out, however much it asks for at once.
 */

interface Tenant {
  using: number;
  /** What lets each of its waiting requests in, oldest first. */
  readonly waiting: Set<() => void>;
}

/** One per pool. */
export class ConnectionTurns {
  private using = 0;
  /** Requests that wait, of all tenants. */
  private waiting = 0;
  /** Tenants that use a connection or wait for one. Whoever had a turn goes to the end. */
  private readonly tenants = new Map<string, Tenant>();

  constructor(private readonly connections: number) {}

  /** @returns whether the tenant may use a connection at once */
  enter(tenantId: string): boolean {
    if (this.using >= this.connections || this.waiting > 0) return false;
    this.occupy(tenantId);
    return true;
  }

  /**
   * Waits for a turn.
   * @param give called once, when the tenant may use a connection
   * @returns stops waiting; without effect after the turn was given
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
    return stop;
  }

  /** The tenant uses one connection less. */
  leave(tenantId: string): void {
    const tenant = this.tenantOf(tenantId);
    tenant.using -= 1;
    this.using -= 1;
    this.forgetIfIdle(tenantId, tenant);
    if (this.waiting > 0) this.letNextIn();
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
    let next: Tenant | undefined;
    for (const tenant of this.tenants.values()) {
      if (tenant.waiting.size > 0 && (next === undefined || tenant.using < next.using)) next = tenant;
    }
    const [letIn] = next?.waiting ?? [];
    letIn?.();
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
