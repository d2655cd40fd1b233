/** `npm run schema:emit`: writes the GraphQL contract to schema.graphql, for review with the change that made it. */
import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { buildGraphqlSchema } from '../schema.js';
import { writeSchemaText } from '../schema-text.js';

await writeFile('schema.graphql', writeSchemaText(await buildGraphqlSchema()));
