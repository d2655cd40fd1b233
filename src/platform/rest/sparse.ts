/** `fields=id,code,name`: answers of those fields alone. */
import { validationError } from '../errors/errors.js';
import { TextField } from '../input/fields.js';
import { isOneOf } from '../input/rules.js';
import { serializerOf, type RestSerializer } from './serializer.js';

/** All names of the largest record are shorter. */
const MAX_FIELDS = 2000;

export function FieldsField(): PropertyDecorator {
  return TextField({
    max: MAX_FIELDS,
    form: 'code',
    description:
      'Only these members of each record, separated by commas: `id,code,name`. The answer then lacks all others, also those that its schema requires.',
  });
}

/** The query of what is read without any other parameter. */
export class FieldsQuery {
  @FieldsField()
  fields?: string | null;
}

/**
 * The serializer of a record with the fields that were asked for, in its own order; all of them where nothing was asked for.
 * @throws AppError VALIDATION_FAILED for a name that the record does not have
 */
export function pickFields<Row extends object>(
  serializer: RestSerializer<Row>,
  wanted: string | null | undefined,
): RestSerializer<Row> {
  if (!wanted) return serializer;
  const names = new Set(wanted.split(',').map((name) => name.trim()));
  const fields = serializer.fields.filter(({ name }) => names.delete(name));
  if (names.size > 0) {
    const { code, sentence } = isOneOf(serializer.fields.map(({ name }) => name));
    throw validationError([{ path: ['fields'], code, message: sentence }]);
  }
  return serializerOf(serializer.name, fields);
}

/**
 * What must be read for a picked serializer: its fields, and what the answer is made of beside them.
 * @param properties of the whole record, in the order in which it is read
 */
export function propertiesFor<Row extends object>(
  { fields }: RestSerializer<Row>,
  properties: readonly (keyof Row & string)[],
  needed: readonly string[],
): readonly (keyof Row & string)[] {
  const shown = new Set<string>([...needed, ...fields.map(({ from }) => from)]);
  return properties.filter((property) => shown.has(property));
}
