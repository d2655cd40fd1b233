/** A careful hand-written GraphQL server: what a GraphQL layer costs over the limit when nothing is wasted. */
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { tenantOfRequest } from '../bench-token.mjs';
import { loaders, resolvers } from './resolvers.mjs';
import { schema } from './schema.mjs';

function makeContext(request) {
  const tenant = tenantOfRequest(request.headers);
  if (!tenant) throw new Error('unauthorized');
  return { tenant };
}

const app = Fastify({ logger: false });
app.register(mercurius, { schema, resolvers, loaders, jit: 1, context: makeContext });
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
