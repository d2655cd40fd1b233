/** What to do when a test file has ended, whatever became of it: undo what it changed in modules that the next one shares. */

const works = new Set<() => unknown>();

/** Does this at the end of each test file from now on. For a module of the support that keeps state. */
export function afterTestFile(work: () => unknown): void {
  works.add(work);
}

/** For the environment. */
export async function runAfterTestFile(): Promise<void> {
  for (const work of works) await work();
}
