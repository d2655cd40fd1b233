/** `fields=id,code,name`: answers of those members alone. */
import { validationError } from '../errors/errors.js';
import { TextField } from '../input/fields.js';
import { isOneOf } from '../input/rules.js';
import { restShape, type RestShape } from './serializer.js';

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
 * The shape of a record with the members that were asked for, in its own order; all of them where nothing was asked for.
 * @throws AppError VALIDATION_FAILED for a name that the record does not have
 */
export function pickFields<Row extends object>(
  shape: RestShape<Row>,
  wanted: string | null | undefined,
): RestShape<Row> {
  if (!wanted) return shape;
  const names = new Set(wanted.split(',').map((name) => name.trim()));
  const fields = shape.fields.filter(({ name }) => names.delete(name));
  if (names.size > 0) {
    const { code, sentence } = isOneOf(shape.fields.map(({ name }) => name));
    throw validationError([{ path: ['fields'], code, message: sentence }]);
  }
  return restShape(shape.name, fields);
}

/**
 * What must be read for a picked shape: its members, and what the answer is made of beside them.
 * @param properties of the whole record, in the order in which it is read
 */
export function propertiesFor<Row extends object>(
  { fields }: RestShape<Row>,
  properties: readonly (keyof Row & string)[],
  needed: readonly string[],
): readonly (keyof Row & string)[] {
  const shown = new Set<string>([...needed, ...fields.map(({ from }) => from)]);
  return properties.filter((property) => shown.has(property));
}
