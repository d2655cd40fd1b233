/** Where things are. */
import path from 'node:path';

export const BENCH_FOLDER = import.meta.dirname;
export const ROOT_FOLDER = path.dirname(BENCH_FOLDER);
/** Cluster, logs and results; ignored by git. */
export const RUN_FOLDER = path.join(BENCH_FOLDER, 'run');
