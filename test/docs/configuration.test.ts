/** docs/configuration.md and .env.example against the rules of src/config.ts. */
import { readFileSync } from 'node:fs';
import { environment, loadConfig } from '../../src/config.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Row {
  readonly variable: string;
  /** As an operator writes it; undefined: none. */
  readonly preset: string | undefined;
  readonly values: string;
}

const rows: readonly Row[] = [
  ...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` +\| (.*?) +\| (.*?) +\|/gm),
].map(([, variable = '', preset = '', values = '']) => ({ variable, preset: /^`(.*)`$/.exec(preset)?.[1], values }));
const example = new Map(
  [...read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, variable = '', value = '']) => [variable, value]),
);
const VARIABLES = Object.keys(environment.shape);

/** What a variable is when it is not set, as an operator writes it; undefined: none, or it depends on others. */
function presetOf(variable: string): string | undefined {
  const value: unknown = Reflect.get(environment.parse({}), variable);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** @returns what the rule says of a value, undefined when it is allowed */
function complaintOf(variable: string, value: string): string | undefined {
  try {
    loadConfig({ [variable]: value });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe.each([
  ['docs/configuration.md', rows.map(({ variable }) => variable)],
  ['.env.example', [...example.keys()]],
])('%s', (_page, named) => {
  test('names every variable once, and no other', () => {
    expect([...named].sort()).toEqual([...VARIABLES].sort());
  });
});

test.each(rows)('$variable has the default that both pages say', ({ variable, preset }) => {
  expect(preset).toBe(presetOf(variable));
  expect(example.get(variable)).toBe(preset ?? '');
});

test.each(rows.filter(({ values }) => /^\d+–\d+$/.test(values)))('$variable takes $values', ({ variable, values }) => {
  const [least = '', most = ''] = values.split('–');

  expect(complaintOf(variable, 'x')).toContain(`a whole number from ${least} to ${most}.`);
});

test('the page says the range of each variable that has one', () => {
  const ranged = VARIABLES.filter((variable) => complaintOf(variable, 'x')?.includes('a whole number'));

  expect(rows.filter(({ values }) => /^\d+–\d+$/.test(values)).map(({ variable }) => variable)).toEqual(
    expect.arrayContaining(ranged),
  );
});
