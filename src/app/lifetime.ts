/** The lifetime of the process: whatever was started is ended in reverse order, at any moment and for any cause. */
import type { FastifyBaseLogger } from 'fastify';

type Step = () => Promise<void> | void;

/** Thrown to abort a start when the end was requested meanwhile. */
class EndRequested extends Error {}

export class Lifetime {
  private readonly steps: Step[] = [];
  private exitCode: 0 | 1 | undefined;
  private isUp = false;
  private endsAt = Infinity;
  private limit: NodeJS.Timeout | undefined;

  /**
   * @param seconds time limit of an orderly end
   * @param abandon called, synchronously, before the process ends without an orderly end
   */
  constructor(
    private readonly seconds: number,
    private readonly log: FastifyBaseLogger,
    private readonly abandon: () => void,
  ) {}

  get hasBegunToEnd(): boolean {
    return this.exitCode !== undefined;
  }

  /** Milliseconds until the process ends, finished or not. */
  get timeLeft(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  /** Adds a step of the end, which runs before those added earlier. @throws when the end was requested meanwhile */
  onEnd(step: Step): void {
    this.steps.push(step);
    this.proceed();
  }

  /** @throws when the end was requested meanwhile */
  proceed(): void {
    if (this.hasBegunToEnd) throw new EndRequested();
  }

  /**
   * Runs a start. If it fails or is aborted, everything that it started is ended.
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

  /** Begins the end. If it is requested twice, the worse exit code and the shorter time limit apply. */
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

  /** Continues the end, with an exit code that says that it was not orderly. */
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

  /** Runs every step, even if others fail. */
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
