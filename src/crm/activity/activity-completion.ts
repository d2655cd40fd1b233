/** Whether an activity is completed, and since when. Completing it again keeps the first moment. */

export interface Completion {
  readonly isCompleted: boolean;
  /** Not null exactly while the activity is completed. */
  readonly completedAt: string | null;
}

/** @param now an instant in wire form */
export function complete({ isCompleted, completedAt }: Completion, now: string): Completion {
  return isCompleted ? { isCompleted, completedAt } : { isCompleted: true, completedAt: now };
}

/** An open activity stays as it is. */
export function reopen(): Completion {
  return { isCompleted: false, completedAt: null };
}
