/**
 * What one connection's server holds prepared, by name. An entry is made when the server has acknowledged Parse and goes when it has
 * acknowledged Close, so this map and the server's agree after any error: whatever was not acknowledged did not happen. Each
 * connection has one of its own; nothing in it is shared.
 */
import type { RowDecoder } from './row-decoder.js';

/** Past it the oldest is closed, so that filters of any form cannot fill a backend. */
export const MAX_PREPARED_STATEMENTS = 500;

interface PreparedStatement {
  /**
   * Of its rows; undefined until the server has described them. Weak, because all connections together would keep thousands: one that
   * row-decoder.ts has dropped is asked for again.
   */
  decode: WeakRef<RowDecoder> | undefined;
  /** Set when the server rejects to run it as it is: it has to be prepared again. */
  isStale: boolean;
}

export class PreparedStatements {
  private readonly held = new Map<string, PreparedStatement>();

  /** Whether Bind may name it. */
  has(name: string): boolean {
    return this.held.get(name)?.isStale === false;
  }

  decoderOf(name: string): RowDecoder | undefined {
    return this.held.get(name)?.decode?.deref();
  }

  /** ParseComplete. A statement without a name is gone with the next one. */
  add(name: string): void {
    if (name !== '') this.held.set(name, { decode: undefined, isStale: false });
  }

  /** RowDescription, or NoData. */
  describe(name: string, decode: RowDecoder): void {
    const statement = this.held.get(name);
    if (statement) statement.decode = new WeakRef(decode);
  }

  /** CloseComplete. */
  remove(name: string): void {
    this.held.delete(name);
  }

  /** All that is held. It stays counted until its Close is acknowledged: the server holds it still. */
  markStale(): void {
    for (const statement of this.held.values()) statement.isStale = true;
  }

  /** The oldest names above the limit once so many are added; `spared` are in use by the batch that is being made. */
  excess(added: number, spared: ReadonlySet<string>): string[] {
    const excess: string[] = [];
    let surplus = this.held.size + added - MAX_PREPARED_STATEMENTS;
    for (const name of this.held.keys()) {
      if (surplus <= 0) break;
      if (spared.has(name)) continue;
      excess.push(name);
      surplus -= 1;
    }
    return excess;
  }
}
