/** Tests of what one node of PostgreSQL shows: triggers, names of constraints in errors, plans, locks. On Citus they are skipped. */
import { isOnCitus } from './database.js';

/** What skips, or not. Asked for by each test file, since jest's functions are those of the file that runs. */
export function onOneNode(): { readonly testOnOneNode: jest.It; readonly describeOnOneNode: jest.Describe } {
  return isOnCitus()
    ? { testOnOneNode: test.skip, describeOnOneNode: describe.skip }
    : { testOnOneNode: test, describeOnOneNode: describe };
}
