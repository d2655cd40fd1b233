/**
 * The scalars of a record, most of what any document selects: one generated function per selection reads them all. Whatever is odd
 * about a source is left to the general way, which says what is wrong.
 */

/** What the reader needs of a field's plan. */
interface LeafField {
  readonly responseName: string;
  readonly definition: { readonly name: string };
  readonly typename: string | undefined;
  readonly serializeProperty: ((value: unknown) => unknown) | undefined;
  readonly completion: { readonly isNonNull: boolean };
}

/** Instead of an object: the general way is needed. */
export const NOT_READ = Symbol('the general way is needed');

/** @returns the answer's object, undefined in place of what is no scalar property of the source; or NOT_READ */
export type LeafReader = (source: object) => Record<string, unknown> | typeof NOT_READ;

/** Whether the field needs neither resolver nor arguments. */
export function isLeaf({ typename, serializeProperty }: LeafField): boolean {
  return typename !== undefined || serializeProperty !== undefined;
}

/** @returns undefined when there is nothing to read */
export function makeLeafReader(fields: readonly LeafField[]): LeafReader | undefined {
  if (!fields.some(isLeaf)) return undefined;
  const members = fields.map(({ responseName }, index) => `${JSON.stringify(responseName)}: v${index}`);
  const body = `${fields.map(readStatement).join('\n')}\nreturn { ${members.join(', ')} };`;
  // Names are names of GraphQL: letters, digits and underscores, and not `__proto__`, whose documents have no plan.
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

/** JavaScript that declares `v<index>`: a scalar that needs no promise and is no error, as graphql-js would make it. */
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
