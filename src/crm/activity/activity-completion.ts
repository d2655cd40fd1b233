/** Whether an activity is done, and since when: the first moment stays, however often it is said. */

export interface Completion {
  readonly isCompleted: boolean;
  /** Set exactly while it is completed. */
  readonly completedAt: string | null;
}

/** @param now an instant in wire form */
export function complete({ isCompleted, completedAt }: Completion, now: string): Completion {
  return isCompleted ? { isCompleted, completedAt } : { isCompleted: true, completedAt: now };
}

/** Open again; what is open stays as it is. */
export function reopen(): Completion {
  return { isCompleted: false, completedAt: null };
}
