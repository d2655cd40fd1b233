/** Tests of what one node of PostgreSQL shows: triggers, names of constraints in errors, plans. On Citus they are skipped. */
import { isOnCitus } from './database.js';

/** In place of `test`: skipped on Citus, whose tables take no triggers, and whose errors and plans are those of shards. */
export const testOnOneNode = isOnCitus() ? test.skip : test;
/** The same for `describe`. */
export const describeOnOneNode = isOnCitus() ? describe.skip : describe;
