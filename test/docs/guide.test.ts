import { useOwnService } from '../support/use-service.js';
import { stepsOf } from './guide-blocks.js';
import { readPage, walkGuide } from './guide-walk.js';

const service = useOwnService({ RATE_LIMIT_USER: '300', RATE_LIMIT_TENANT: '600' });

test.each([
  ['guide.md', 'twice'],
  ['guide.fr.md', 'once'],
  ['sync.md', 'twice'],
  ['sync.fr.md', 'once'],
  ['machine-callers.md', 'twice'],
  ['machine-callers.fr.md', 'once'],
])(
  '%s: every command does what the page says, pasted %s',
  async (name, times) => {
    const tenant = await service.aTenant();
    for (let round = 0; round < (times === 'twice' ? 2 : 1); round += 1) {
      expect(await walkGuide(name, tenant, service)).toEqual([]);
    }
  },
  // Hundreds of commands, each a process of its own.
  180_000,
);

/** Without what is in the page's own language: comments, the language that is asked for, sentences of the service. */
function shared(name: string): unknown[] {
  return stepsOf(readPage(name)).map(({ operation, commands, answer }) => ({
    operation,
    commands: commands.replace(/(Accept-Language:) (en|fr)/, '$1').replaceAll(/ +# .*$/gm, ''),
    answer: answer && { ...answer, body: answer.body.replaceAll(/("(?:message|detail)": ")[^"]*"/g, '$1"') },
  }));
}

test.each([
  ['guide.fr.md', 'guide.md'],
  ['sync.fr.md', 'sync.md'],
  ['machine-callers.fr.md', 'machine-callers.md'],
])('%s shows the same examples as %s, in the same order', (french, english) => {
  expect(shared(french)).toEqual(shared(english));
});

test('the guide has GraphQL and REST in it', () => {
  const commands = stepsOf(readPage('guide.md')).map((step) => step.commands);

  expect(commands.filter((command) => command.includes('/graphql')).length).toBeGreaterThan(30);
  expect(commands.filter((command) => command.includes('/v1/')).length).toBeGreaterThan(30);
});
