import { printSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import { buildGraphqlSchema } from '../../../src/app/schema.js';

test('filters stay plain objects, and the schema is the same however often it is built', () => {
  const first = printSchema(buildGraphqlSchema());
  const converted = getMetadataStorage().inputTypes.map(({ name }) => name);

  expect(converted).toContain('CreateCustomerInput');
  expect(converted.filter((name) => name.endsWith('Filter'))).toEqual([]);
  expect(printSchema(buildGraphqlSchema())).toBe(first);
});
