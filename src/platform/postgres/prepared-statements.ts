/**
 * The prepared statements of one connection, by name. An entry is added when the server acknowledges Parse and removed when it
 * acknowledges Close. The map therefore agrees with the server after any error, because unacknowledged messages had no effect.
 */
import type { RowDecoder } from './row-decoder.js';

/** Above this number the oldest is closed, so that varied filters cannot exhaust the memory of a backend. */
export const MAX_PREPARED_STATEMENTS = 500;

interface PreparedStatement {
  /**
   * Decodes its rows; undefined until the server has described them. Weak, because all connections together would keep thousands. If
   * row-decoder.ts has dropped it, the statement is described again.
   */
  decode: WeakRef<RowDecoder> | undefined;
  /** Set when the server no longer accepts it: it must be prepared again. */
  isStale: boolean;
}

export class PreparedStatements {
  private readonly held = new Map<string, PreparedStatement>();

  /** True when Bind may use the name. */
  has(name: string): boolean {
    return this.held.get(name)?.isStale === false;
  }

  decoderOf(name: string): RowDecoder | undefined {
    return this.held.get(name)?.decode?.deref();
  }

  /** On ParseComplete. Unnamed statements are not recorded, because the next one replaces them. */
  add(name: string): void {
    if (name !== '') this.held.set(name, { decode: undefined, isStale: false });
  }

  /** On RowDescription or NoData. */
  describe(name: string, decode: RowDecoder): void {
    const statement = this.held.get(name);
    if (statement) statement.decode = new WeakRef(decode);
  }

  /** On CloseComplete. */
  remove(name: string): void {
    this.held.delete(name);
  }

  /** Marks all statements. They still count until their Close is acknowledged, because the server still holds them. */
  markStale(): void {
    for (const statement of this.held.values()) statement.isStale = true;
  }

  /** @returns the oldest names that exceed the limit when `added` more are prepared, except `spared`, which the batch uses */
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
