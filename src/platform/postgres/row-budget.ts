/** How many bytes of rows one request may read: they are in memory together, whatever its answer shows of them. */
import { answerTooLarge } from '../errors/answer-too-large.js';

export class RowBudget {
  private left: number;

  /** @param answerBytes what an answer may have: the error names it */
  constructor(
    private readonly bytes: number,
    private readonly answerBytes: number,
  ) {
    this.left = bytes;
  }

  /** Counts a row before it is decoded. @throws AppError ANSWER_TOO_LARGE where the budget is used up */
  take(bytes: number): void {
    this.left -= bytes;
    this.check();
  }

  /** @throws AppError ANSWER_TOO_LARGE where the budget is used up */
  check(): void {
    if (this.left < 0) throw answerTooLarge(this.answerBytes);
  }

  /** Whether what still comes costs more to read and drop than a new connection: as much again as may be read. */
  get isFarExceeded(): boolean {
    return this.left < -this.bytes;
  }
}
