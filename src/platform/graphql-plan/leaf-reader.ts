/**
 * Reads all scalar fields of a record with one generated function per selection; most selected fields are scalars. If a value is not a
 * plain scalar, the function gives up, and runner.ts resolves the fields one by one and reports the errors.
 */

/** The part of a field's plan that the reader uses. */
interface LeafField {
  readonly responseName: string;
  readonly definition: { readonly name: string };
  readonly typename: string | undefined;
  readonly serializeProperty: ((value: unknown) => unknown) | undefined;
  readonly completion: { readonly isNonNull: boolean };
}

/** Returned in place of an object when runner.ts must resolve each field. */
export const NOT_READ = Symbol('the general way is needed');

/** @returns the response object, with undefined for each field that is not a scalar property of the source; or NOT_READ */
export type LeafReader = (source: object) => Record<string, unknown> | typeof NOT_READ;

/** Whether the field needs neither resolver nor arguments. */
export function isLeaf({ typename, serializeProperty }: LeafField): boolean {
  return typename !== undefined || serializeProperty !== undefined;
}

/** @returns undefined when no field is a leaf */
export function makeLeafReader(fields: readonly LeafField[]): LeafReader | undefined {
  if (!fields.some(isLeaf)) return undefined;
  const members = fields.map(({ responseName }, index) => `${JSON.stringify(responseName)}: v${index}`);
  const body = `${fields.map(readStatement).join('\n')}\nreturn { ${members.join(', ')} };`;
  // The text contains GraphQL names only: letters, digits and underscores. Documents with `__proto__` are never planned.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- an object literal gives all records one hidden class
  const build = new Function('serialize', 'NOT_READ', `return (source) => {\n${body}\n};`) as (
    serialize: readonly LeafField['serializeProperty'][],
    notRead: typeof NOT_READ,
  ) => LeafReader;
  return build(
    fields.map(({ serializeProperty }) => serializeProperty),
    NOT_READ,
  );
}

/** JavaScript that declares `v<index>`: the serialized scalar, as graphql-js would return it. */
function readStatement(field: LeafField, index: number): string {
  const { typename, definition, completion } = field;
  const name = `v${index}`;
  if (!isLeaf(field)) return `const ${name} = undefined;`;
  if (typename !== undefined) return `const ${name} = ${JSON.stringify(typename)};`;
  return `let ${name} = source[${JSON.stringify(definition.name)}];
    if (${name} === null || ${name} === undefined) ${completion.isNonNull ? 'return NOT_READ;' : `${name} = null;`}
    else if (typeof ${name} === 'object' || typeof ${name} === 'function') return NOT_READ;
    else {
      try { ${name} = serialize[${index}](${name}); } catch { return NOT_READ; }
      if (${name} === null || ${name} === undefined) return NOT_READ;
    }`;
}
