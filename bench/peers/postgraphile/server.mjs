/** PostGraphile 5 with its usual presets; row-level security keeps the tenants apart. */
import { createServer } from 'node:http';
import { PgSimplifyInflectionPreset } from '@graphile/simplify-inflection';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { PostGraphileConnectionFilterPreset } from 'postgraphile-plugin-connection-filter';
import { tenantOfRequest } from '../bench-token.mjs';

function makeContext(requestContext) {
  const tenant = tenantOfRequest(requestContext.node?.req?.headers ?? {});
  if (!tenant) throw new Error('unauthorized');
  return { pgSettings: { 'app.tenant_id': tenant } };
}

const instance = postgraphile({
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset, PostGraphileConnectionFilterPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      superuserConnectionString: process.env.DATABASE_OWNER_URL,
      schemas: ['public'],
      poolConfig: { max: Number(process.env.DATABASE_POOL) },
    }),
  ],
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: { explain: false, context: makeContext },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();
server.listen(Number(process.env.PORT), '127.0.0.1');
