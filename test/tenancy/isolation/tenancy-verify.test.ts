import { execFile } from 'node:child_process';
import pg from 'pg';
import { childEnvironment } from '../../support/processes/child-environment.js';
import { cloneDatabase, type TestDatabase } from '../../support/database.js';

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function runTenancyVerify(url: string): Promise<Ended> {
  const environment = { ...childEnvironment(), DATABASE_URL: url };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'src/commands/tenancy-verify.ts'],
      { env: environment },
      (error, out, err) => {
        resolve({ code: Number(error?.code ?? 0), out, err });
      },
    );
  });
}

describe('npm run tenancy:verify', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await cloneDatabase();
  });
  afterAll(() => test.drop());

  it('says what it proved and which exceptions there are', async () => {
    const { code, out, err } = await runTenancyVerify(test.appUrl);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('16 tables hold data of tenants.');
    expect(out).toContain('public.throttle_buckets: failed sign-ins');
    expect(out).toContain('search on public.customers: ');
  });

  it('names the breach and ends with code 1', async () => {
    const superuser = new pg.Client({ connectionString: test.superuserUrl });
    await superuser.connect();
    await superuser.query('ALTER TABLE users NO FORCE ROW LEVEL SECURITY');
    await superuser.end();
    expect(await runTenancyVerify(test.appUrl)).toEqual({
      code: 1,
      out: '',
      err: 'Tenant isolation is not enforced:\n  public.users does not force row security on its owner.\n',
    });
  });

  it('says in one sentence that the database cannot be reached', async () => {
    const url = new URL(test.appUrl);
    url.password = 'wrong';
    const { code, out, err } = await runTenancyVerify(url.href);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^The database cannot be used: the user or password is wrong\. Correct DATABASE_URL\.\n$/);
  });
});
