/** `npm run schema:emit`: writes the GraphQL contract to schema.graphql and the errors to docs/errors.md, for review with each change. */
import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { writeErrorsText } from '../platform/errors/error-catalogue-text.js';
import { buildGraphqlSchema } from '../app/schema.js';
import { writeSchemaText } from '../app/schema-text.js';
import { rejectArguments, runCommand } from './command.js';

await runCommand(async () => {
  rejectArguments('schema:emit');
  await writeFile('schema.graphql', writeSchemaText(buildGraphqlSchema()));
  await writeFile('docs/errors.md', writeErrorsText());
});
