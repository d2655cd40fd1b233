/** The order of the test files: the longest first, so that none of them runs alone at the end while the other workers are idle. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import JestSequencer from '@jest/test-sequencer';

/**
 * Jest knows how long a file takes only where it ran before, which a clean clone has not; by its size, the first of these
 * would be one of many. Files over 10 s, the longest first.
 */
const LONGEST = [
  'test/platform/embedded-postgres/supervision.test.ts',
  'test/tenancy/tenancy-graphql.test.ts',
  'test/platform/pages/playground.test.ts',
  'test/contract/lost-answers.test.ts',
  'test/crm/export/export-connections.test.ts',
  'test/crm/change/changes-consumer.test.ts',
  'test/crm/export/export-volume.test.ts',
  'test/docs/guide.test.ts',
  'test/contract/provoked-errors.test.ts',
  'test/drill/expensive/expensive.test.ts',
  'test/drill/faults.test.ts',
  'test/platform/embedded-postgres/embedded-postgres.test.ts',
  'test/platform/pages/docs-page.test.ts',
  'test/crm/record/walks.test.ts',
  'test/access/rights/permissions.test.ts',
  'test/app/startup.test.ts',
  'test/app/upgrade/upgrade.test.ts',
  'test/contract/transport-parity.test.ts',
  'test/contract/openapi.test.ts',
  'test/commands/commands.test.ts',
  'test/drill/hostile/documents.test.ts',
  'test/crm/export/export-time.test.ts',
  'test/contract/transport-fields.test.ts',
  'test/contract/answer-size.test.ts',
  'test/account/sign-in.test.ts',
  'test/contract/hostile-text.test.ts',
  'test/account/sign-in-crowd.test.ts',
  'test/contract/deadlocks.test.ts',
  'test/contract/normal-text.test.ts',
];

export default class LongestFirst extends JestSequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ path: file, context }) {
  const { rootDir } = context.config;
  const rank = LONGEST.findIndex((name) => path.join(rootDir, name) === file);
  return rank === -1 ? LONGEST.length : rank;
}

const root = path.resolve(import.meta.dirname, '../..');
const gone = LONGEST.filter((name) => !existsSync(path.join(root, name)));
if (gone.length > 0) throw new Error(`${import.meta.filename} names test files that do not exist: ${gone.join(', ')}`);
