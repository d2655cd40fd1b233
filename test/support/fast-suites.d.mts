/** Paths of test files from the root, with slashes. */
export function listFastSuites(root: string): string[];
