/** `npm run schema:release`: keeps the GraphQL contract as it is released; later changes are compared with it. */
import { readFile, writeFile } from 'node:fs/promises';
import { StartupError } from '../platform/errors/startup-error.js';
import { refuseArguments, runCommand } from './command.js';

const RELEASED = 'test/contract/released-schema.graphql';

await runCommand(async () => {
  refuseArguments('schema:release');
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const firstLine = `# The schema of version ${version}\n`;
  const before = await readFile(RELEASED, 'utf8').catch(() => '');
  if (before.startsWith(firstLine)) {
    throw new StartupError(`Version ${version} is released already: raise it in package.json.`);
  }
  await writeFile(RELEASED, firstLine + (await readFile('schema.graphql', 'utf8')));
});
