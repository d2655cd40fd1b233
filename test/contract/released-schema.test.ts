/** Clients are written against a released schema: what it promises holds until the major version grows. */
import { readFile } from 'node:fs/promises';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** What of the first schema its clients would miss in the second. */
async function breakingChanges(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}

const majorOf = (version: string): number => Number(version.split('.')[0]);

test('the schema keeps what the last released one promises, unless the major version grows', async () => {
  const released = await read('test/contract/released-schema.graphql');
  const releasedVersion = /^# The schema of version (\d+\.\d+\.\d+)\n/.exec(released)?.[1] ?? 'unknown';
  const { version } = JSON.parse(await read('package.json')) as { version: string };

  const broken = await breakingChanges(released, await read('schema.graphql'));

  expect(releasedVersion).toMatch(/^\d/);
  if (broken.length > 0 && majorOf(version) <= majorOf(releasedVersion)) {
    throw new Error(
      `Version ${version} breaks clients of ${releasedVersion}. Keep what it had, deprecated, or raise the major version.\n${broken.join('\n')}`,
    );
  }
});

test.each([
  ['a field that is gone', 'type Query { a: Int, b: Int }', 'type Query { a: Int }', "Field 'b' was removed"],
  ['a field of another type', 'type Query { a: Int }', 'type Query { a: String }', "from 'Int' to 'String'"],
  ['a field that may be null now', 'type Query { a: Int! }', 'type Query { a: Int }', "from 'Int!' to 'Int'"],
  ['an argument that is required now', 'type Query { a: Int }', 'type Query { a(b: Int!): Int }', "'b: Int!'"],
  [
    'an enum value that is gone',
    'enum E { A B } type Query { a: E }',
    'enum E { A } type Query { a: E }',
    "Enum value 'B' was removed",
  ],
  [
    'an input field that is required now',
    'input I { a: Int } type Query { a(i: I): Int }',
    'input I { a: Int, b: Int! } type Query { a(i: I): Int }',
    "Input field 'b' of type 'Int!' was added",
  ],
])('the comparison tells of %s', async (_, before, after, message) => {
  expect(await breakingChanges(before, after)).toEqual([expect.stringContaining(message)]);
});

test('the comparison lets the schema grow', async () => {
  const before = 'input I { a: Int } type Query { a(i: I): Int }';
  const after = 'input I { a: Int, b: Int } type Query { a(i: I, c: Int): Int! b: Int }';

  expect(await breakingChanges(before, after)).toEqual([]);
});
