import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { sealTenant } from '../../../src/audit/seals/sealer.js';
import { childEnvironment } from '../../support/processes/child-environment.js';
import { useCommands } from '../../support/processes/commands.js';
import { asAdmin, aTenant, openAuditBench, runAs, saveUser, type AuditBench } from '../support.js';

let bench: AuditBench;
beforeAll(async () => {
  bench = await openAuditBench();
});
afterAll(() => bench.close());

interface Outcome {
  readonly code: unknown;
  readonly said: string;
  readonly complained: string;
}

const runCommand = useCommands();

async function auditVerify(...args: string[]): Promise<Outcome> {
  const { code, out, err } = await runCommand('audit-verify', args, { DATABASE_URL: bench.test.appUrl });
  return { code, said: out, complained: err };
}

/** In a process of its own. */
async function auditVerifyAlone(...args: string[]): Promise<Outcome> {
  const command = spawn(process.execPath, ['--import', 'tsx', 'src/commands/audit-verify.ts', ...args], {
    env: { ...childEnvironment(), DATABASE_URL: bench.test.appUrl },
  });
  const ended = once(command, 'exit');
  const [said, complained] = await Promise.all([text(command.stdout), text(command.stderr)]);
  return { code: (await ended)[0], said, complained };
}

describe('npm run audit:verify', () => {
  it('checks every tenant, names what is wrong and says so in its exit code', async () => {
    const [whole, edited] = [await aTenant(bench), await aTenant(bench)];
    for (const tenantId of [whole, edited]) {
      await saveUser(asAdmin(bench, tenantId));
      await sealTenant(bench.database, tenantId);
    }
    const intact = await auditVerify();
    expect(intact).toMatchObject({ code: 0, complained: '' });
    expect(intact.said).toMatch(new RegExp(`^${whole}: 1 seals, 1 events, head 1:[0-9a-f]{64}$`, 'm'));

    await runAs(bench.test.superuserUrl, edited, [
      `UPDATE audit_events SET action = 'user.deleted' WHERE tenant_id = '${edited}'`,
    ]);

    const all = await auditVerifyAlone();
    expect(all.code).toBe(1);
    expect(all.said).toMatch(/^ {2}Event [0-9a-f-]{36} was edited\.$/m);
    expect((await auditVerify(whole)).code).toBe(0);
  });

  it('compares with a head that was kept', async () => {
    const tenantId = await aTenant(bench);
    await saveUser(asAdmin(bench, tenantId));
    await sealTenant(bench.database, tenantId);

    const cut = await auditVerify(tenantId, '--head', `2:${'0'.repeat(64)}`);

    expect(cut.code).toBe(1);
    expect(cut.said).toContain('Seal 2, kept as the last one, is gone');
  });

  it.each([[['nobody']], [['a', 'b']], [['--head', 'x']], [['--head', `1:${'0'.repeat(64)}`]]])(
    'rejects %j with one sentence',
    async (args) => {
      const { code, said, complained } = await auditVerify(...args);

      expect(code).toBe(1);
      expect(said).toBe('');
      expect(complained.trim().split('\n')).toHaveLength(1);
    },
  );
});
