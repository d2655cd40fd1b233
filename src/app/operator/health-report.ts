/** The state of each health check, and since when it is so. */

export interface CheckState {
  readonly name: string;
  readonly status: 'ok' | 'failing';
  /** When the status began, as far as this process has seen; ISO 8601. */
  readonly since: string;
  /** One sentence each. */
  readonly problems: readonly string[];
}

export interface HealthReport {
  readonly status: 'ready' | 'not ready' | 'draining';
  readonly checks: readonly CheckState[];
}

/** Remembers when the status of each check began. */
export class CheckHistory {
  private readonly states = new Map<string, CheckState>();

  /** @param problems none: the check passes */
  note(name: string, problems: readonly string[]): void {
    const status = problems.length === 0 ? 'ok' : 'failing';
    const before = this.states.get(name);
    const since = before?.status === status ? before.since : new Date().toISOString();
    this.states.set(name, { name, status, since, problems });
  }

  /** Up to the one that fails: those behind it did not run, and what is known of them is old. */
  list(): readonly CheckState[] {
    const states = [...this.states.values()];
    const failing = states.findIndex(({ status }) => status === 'failing');
    return failing < 0 ? states : states.slice(0, failing + 1);
  }
}
