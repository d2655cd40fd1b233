/** A reader of the guide on a service that runs somewhere: pastes its commands and compares what the pages show. */
import { randomUUID } from 'node:crypto';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { ormOptions } from '../../../mikro-orm.config.js';
import { databaseOptions, loadConfig } from '../../../src/config.js';
import { endPools, openDatabase } from '../../../src/tenancy/database.js';
import { walkGuide, type Reader } from '../../docs/guide-walk.js';
import { PASSWORD_HASH } from '../../support/password.js';
import type { Tally } from '../tally.js';
import type { DrillDatabase } from '../world.js';

/** The pages show these limits in headers, and how long a token lasts. */
export const GUIDE_SETTINGS = { RATE_LIMIT_USER: '300', RATE_LIMIT_TENANT: '600', ACCESS_TOKEN_MINUTES: '30' } as const;

const PAGES = ['guide.md', 'sync.md'] as const;
const TIMEOUT_MS = 7000;

/** @param database the same that the service uses, past any pooler */
export async function walkPages(database: DrillDatabase, origin: string, tally: Tally): Promise<void> {
  const orm = await MikroORM.init(ormOptions({ url: database.appUrl, poolSize: 2, startupSettings: true }));
  const { answerLimits } = databaseOptions(loadConfig({}));
  const options = { namedStatements: true, explicitTransaction: false, timeoutMs: TIMEOUT_MS, answerLimits };
  const opened = await openDatabase(orm, options);
  try {
    for (const page of PAGES) {
      const startedAt = performance.now();
      const failures = await walkGuide(page, await makeReader(database), { database: opened, origin });
      for (const failure of failures) tally.broken(`${page}: ${failure}`);
      tally.count(`walk ${page}`, failures.length === 0 ? 'as shown' : 'differs');
      tally.count(`seconds ${page}`, String(Math.round((performance.now() - startedAt) / 1000)));
    }
  } finally {
    await orm.close();
    await endPools(opened);
  }
}

/** A tenant with people of every role, whom the pages name. */
async function makeReader({ superuserUrl }: DrillDatabase): Promise<Reader> {
  const id = `t-reader-${randomUUID().slice(-8)}`;
  const email = `admin.${id}@essai.example`;
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query("INSERT INTO tenants (id, name) VALUES ($1, 'Essai SA')", [id]);
    await client.query(
      `INSERT INTO users (tenant_id, id, email, email_identity, full_name, role, password_hash)
       SELECT $1, gen_random_uuid(), email, app.email_identity(email), 'Essai ' || role, role, $3
       FROM (SELECT role, replace($2, 'admin', role) AS email FROM unnest(ARRAY['admin', 'manager', 'user', 'readonly']) role) people`,
      [id, email, PASSWORD_HASH],
    );
  } finally {
    await client.end();
  }
  return { id, admin: { email } };
}
