/** Limits the bytes of rows that one request may read. All of them are in memory at once, even if the response omits them. */
import { answerTooLarge } from '../errors/answer-too-large.js';

export class RowBudget {
  private left: number;

  /** @param answerBytes limit of a response, which the error message names */
  constructor(
    private readonly bytes: number,
    private readonly answerBytes: number,
  ) {
    this.left = bytes;
  }

  /** Counts a row before it is decoded. @throws AppError ANSWER_TOO_LARGE when the budget is exceeded */
  take(bytes: number): void {
    this.left -= bytes;
    this.check();
  }

  /** @throws AppError ANSWER_TOO_LARGE when the budget is exceeded */
  check(): void {
    if (this.left < 0) throw answerTooLarge(this.answerBytes);
  }

  /** True when twice the budget has been read. A new connection is then cheaper than reading and discarding the remaining rows. */
  get isFarExceeded(): boolean {
    return this.left < -this.bytes;
  }
}
