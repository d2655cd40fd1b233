/** What operations are called in the log and in metrics: by the schema's names, because clients may choose any name of their own. */
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { fieldsOf, fragmentsOf } from '../graphql-schema/fragments.js';
import { getOrMake } from '../values/get-or-make.js';

const SEVERAL = 'multiple';
/** Clients add it to everything. */
const TYPENAME = '__typename';

const names = new WeakMap<OperationDefinitionNode, string>();

/** @returns the root field of an operation; `multiple` if it has several. The document must be valid. */
export function nameOf(operation: OperationDefinitionNode, document: DocumentNode): string {
  return getOrMake(names, operation, () => {
    const fields = fieldsOf([operation.selectionSet], fragmentsOf(document)).map(({ name }) => name.value);
    const [first = TYPENAME, ...others] = fields.filter((field) => field !== TYPENAME);
    return others.length > 0 ? SEVERAL : first;
  });
}
