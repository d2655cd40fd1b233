/** Which statement of a transaction's final flush is the last. */
import type { UnitOfWork } from '@mikro-orm/core';

export class FinalFlush {
  /** Statements so far. */
  private sent = 0;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Counts a statement. @returns whether it is the last one; false when that cannot be known */
  countOne(): boolean {
    this.sent += 1;
    return this.sent === this.statements();
  }

  /** Whether the next statement certainly has a successor. */
  get isBeforeLast(): boolean {
    return this.sent + 1 < (this.statements() ?? 0);
  }

  /** MikroORM sends one statement for each change set, if each is of a different entity. @returns undefined if that is not so */
  private statements(): number | undefined {
    const changes = this.unitOfWork.getChangeSets();
    const isOneEach =
      new Set(changes.map(({ meta }) => meta)).size === changes.length &&
      this.unitOfWork.getExtraUpdates().size === 0 &&
      this.unitOfWork.getCollectionUpdates().length === 0;
    return isOneEach ? changes.length : undefined;
  }
}
