/** One life of the process: what was started is ended in the opposite order, whatever asks for the end and whenever. */
import type { FastifyBaseLogger } from 'fastify';

type Step = () => Promise<void> | void;

/** Thrown through a start that was asked to end. */
class EndRequested extends Error {}

export class Lifetime {
  private readonly steps: Step[] = [];
  private exitCode: 0 | 1 | undefined;
  private isUp = false;
  private endsAt = Infinity;
  private limit: NodeJS.Timeout | undefined;

  /**
   * @param seconds that an orderly end may take
   * @param abandon what to do before the process ends without one; it cannot wait
   */
  constructor(
    private readonly seconds: number,
    private readonly log: FastifyBaseLogger,
    private readonly abandon: () => void,
  ) {}

  get hasBegunToEnd(): boolean {
    return this.exitCode !== undefined;
  }

  /** Milliseconds until the process ends, ready or not. */
  get timeLeft(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  /** Adds what the end has to do, before what was added earlier. @throws when the end was asked for meanwhile */
  onEnd(step: Step): void {
    this.steps.push(step);
    this.proceed();
  }

  /** @throws when the end was asked for meanwhile */
  proceed(): void {
    if (this.hasBegunToEnd) throw new EndRequested();
  }

  /**
   * Runs a start. One that fails, or that is asked to end, leaves nothing running.
   * @throws what the start threw
   */
  async start(start: () => Promise<void>): Promise<void> {
    try {
      await start();
      this.proceed();
      this.isUp = true;
    } catch (error) {
      const wasAsked = this.hasBegunToEnd;
      if (!wasAsked) this.begin(1);
      await this.finish();
      if (wasAsked) this.exit();
      throw error;
    }
  }

  /** Begins the end. Asked for twice, the worse exit code and the shorter time count. */
  begin(exitCode: 0 | 1, seconds = this.seconds): void {
    const isFirst = !this.hasBegunToEnd;
    this.exitCode = this.exitCode === 1 ? 1 : exitCode;
    this.endsAt = Math.min(this.endsAt, performance.now() + seconds * 1000);
    clearTimeout(this.limit);
    this.limit = setTimeout(() => {
      this.endNow('The service did not end in time and was ended.');
    }, this.timeLeft).unref();
    if (!isFirst || !this.isUp) return;
    void this.finish().then(() => {
      this.exit();
    });
  }

  /** The end goes on, but it was no orderly one. */
  spoil(): void {
    this.exitCode = 1;
  }

  /** Ends the process without waiting for anything. */
  endNow(reason: string): never {
    console.error(reason);
    this.abandon();
    this.spoil();
    return this.exit();
  }

  private exit(): never {
    clearTimeout(this.limit);
    process.exit(this.exitCode);
  }

  /** Every step is tried, whatever the others do. */
  private async finish(): Promise<void> {
    for (let step = this.steps.pop(); step !== undefined; step = this.steps.pop()) {
      try {
        await step();
      } catch (error) {
        this.log.error({ err: error }, 'something could not be ended');
        this.spoil();
      }
    }
    clearTimeout(this.limit);
  }
}
