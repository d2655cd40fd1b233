/** `npm run schema:release`: stores the released contracts of GraphQL and REST. Tests compare later changes with them. */
import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { writeOpenApiText } from '../app/routes.js';
import { StartupError } from '../platform/errors/startup-error.js';
import { rejectArguments, runCommand } from './command.js';

const RELEASED = 'test/contract/released-schema.graphql';
const RELEASED_OPENAPI = 'test/contract/openapi/released-openapi.json';

await runCommand(async () => {
  rejectArguments('schema:release');
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const firstLine = `# The schema of version ${version}\n`;
  const before = await readFile(RELEASED, 'utf8').catch(() => '');
  if (before.startsWith(firstLine)) {
    throw new StartupError(`Version ${version} is released already: raise it in package.json.`);
  }
  await writeFile(RELEASED, firstLine + (await readFile('schema.graphql', 'utf8')));
  await writeFile(RELEASED_OPENAPI, writeOpenApiText());
});
