/** Watches every statement that the service's role sends, through the one door that all of them pass: pg's Client.query. */
import pg from 'pg';
import { afterTestFile } from './after-test-file.js';

/** What went out at once: one round trip. */
export interface SentMessage {
  /** In the order sent, without BEGIN and the tenant setting that go first. */
  readonly texts: readonly string[];
}

export interface StatementWatch {
  readonly messages: SentMessage[];
  /** Forgets what was seen so far. */
  clear(): void;
  stop(): void;
}

/** One statement and what it was given; arrays and buffers as they are. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

interface Listener {
  readonly onStatement?: (statement: SentStatement) => void;
  readonly onMessage?: (texts: readonly string[]) => void;
  readonly rewrite?: (text: string) => string;
  readonly onWritten?: (client: pg.Client) => void;
}

const SERVICE_ROLE = 'crm_app';
const SETTING = /set_config\('app\.tenant_id'|app\.set_tenant\(/;

/** Whether the statement sets the tenant, which every transaction begins with. */
export function isTenantSetting(text: string): boolean {
  return SETTING.test(text);
}
const listeners = new Set<Listener>();
let isInstalled = false;

// A test file that forgets to stop must not watch the next one.
afterTestFile(() => {
  listeners.clear();
});

/** The texts in what Client.query was given. @throws for a kind of query that this file cannot look into: teach it */
function textsOf(query: unknown): readonly string[] {
  if (typeof query === 'string') return [query];
  if (typeof query !== 'object' || query === null) throw new Error('A query that is neither text nor object.');
  const statements: unknown = Reflect.get(query, 'statements');
  if (Array.isArray(statements)) return (statements as Batched[]).map(({ statement }) => statement.text);
  const text: unknown = Reflect.get(query, 'text');
  if (typeof text === 'string') return [text];
  throw new Error(`A query whose text cannot be seen: ${query.constructor.name}.`);
}

interface Batched {
  readonly statement: { readonly name: string; readonly text: string };
  readonly values: readonly unknown[];
}

/** The same with their values, which only batches have. */
function statementsOf(query: unknown): readonly SentStatement[] {
  const statements: unknown =
    typeof query === 'object' && query !== null ? Reflect.get(query, 'statements') : undefined;
  if (!Array.isArray(statements)) return textsOf(query).map((text) => ({ text, values: [] }));
  return (statements as Batched[]).map(({ statement: { text }, values }) => ({ text, values }));
}

/** The same query with other texts, under names of their own: the server keeps a plan per name. */
function rewriteQuery(query: unknown, rewrite: (text: string) => string): unknown {
  if (typeof query === 'string') return rewrite(query);
  if (typeof query !== 'object' || query === null) return query;
  const statements: unknown = Reflect.get(query, 'statements');
  if (Array.isArray(statements))
    Reflect.set(
      query,
      'statements',
      (statements as Batched[]).map((one) => renamed(one, rewrite)),
    );
  else Reflect.set(query, 'text', rewrite(String(Reflect.get(query, 'text'))));
  return query;
}

function renamed(batched: Batched, rewrite: (text: string) => string): Batched {
  const { name, text } = batched.statement;
  const changed = rewrite(text);
  return changed === text ? batched : { ...batched, statement: { name: `${name}-rewritten`, text: changed } };
}

/** Tells everybody who listens. @returns what is sent instead */
function announce(query: unknown): unknown {
  const texts = textsOf(query);
  let sent = query;
  for (const { onMessage } of listeners) onMessage?.(texts);
  for (const { onStatement } of listeners) if (onStatement) statementsOf(query).forEach(onStatement);
  for (const { rewrite } of listeners) if (rewrite) sent = rewriteQuery(sent, rewrite);
  return sent;
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const original: unknown = Reflect.get(pg.Client.prototype, 'query');
  if (typeof original !== 'function') throw new Error('pg.Client has no query: the watch sees nothing.');
  Reflect.set(
    pg.Client.prototype,
    'query',
    function watched(this: pg.Client, query: unknown, ...rest: unknown[]): unknown {
      const isServices = listeners.size > 0 && this.user === SERVICE_ROLE;
      const sent = isServices ? announce(query) : query;
      const answer: unknown = Reflect.apply(original, this, [sent, ...rest]);
      if (isServices) for (const { onWritten } of listeners) onWritten?.(this);
      return answer;
    },
  );
}

function listen(listener: Listener): () => void {
  install();
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Collects what is sent from now on. */
export function watchStatements(): StatementWatch {
  const messages: SentMessage[] = [];
  const stop = listen({
    onMessage: (texts) => {
      const kept = texts.filter((text) => text !== 'begin' && !SETTING.test(text));
      if (kept.length > 0) messages.push({ texts: kept });
    },
  });
  return { messages, stop, clear: () => void messages.splice(0) };
}

/** Tells the texts of each message as it goes out, whole. @returns what ends it */
export function onEachMessage(onMessage: (texts: readonly string[]) => void): () => void {
  return listen({ onMessage });
}

/** Tells each statement with its values as it goes out. @returns what ends it */
export function onEachStatement(onStatement: (statement: SentStatement) => void): () => void {
  return listen({ onStatement });
}

/** Tells whose message has just gone to the socket, before any answer to it. @returns what ends it */
export function onEachWrite(onWritten: (client: pg.Client) => void): () => void {
  return listen({ onWritten });
}

/** Sends other texts than the service wrote: to show what is left when one of its walls is gone. */
export function rewriteStatements(rewrite: (text: string) => string): () => void {
  return listen({ rewrite });
}

export interface StatementGuard {
  stop(): void;
  /** @throws with a sentence for each statement that touched a table of tenants and did not name its tenant */
  assertNone(): void;
}

/** Checks each statement from now on. */
export function guardStatements(tenantTables: ReadonlySet<string>): StatementGuard {
  const breaches = new Set<string>();
  const stop = listen({
    onMessage: (texts) => {
      for (const breach of texts.flatMap((text) => findBreaches(text, tenantTables))) breaches.add(breach);
    },
  });
  return {
    stop,
    assertNone: () => {
      if (breaches.size > 0) throw new Error(`Statements that name no tenant:\n${[...breaches].join('\n')}`);
    },
  };
}

const WORD = '(?:public\\.)?([a-z_]+)(?:\\s+(?:as\\s+)?([a-z_][a-z0-9_]*))?';
const REFERENCE = new RegExp(`\\b(?:(from|join|into|update|only)\\s+|,\\s*)${WORD}`, 'g');
/** What can follow a table's name instead of an alias. */
const NO_ALIAS = new Set(
  'where set on values left right inner cross join order limit for using group returning offset having union as lateral with'.split(
    ' ',
  ),
);

/** One sentence for each table of tenants that a statement touches without naming the tenant. */
export function findBreaches(text: string, tenantTables: ReadonlySet<string>): string[] {
  const plain = text
    .replaceAll('"', '')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/\s+/g, ' ')
    .toLowerCase();
  return plain.split(';').flatMap((statement) =>
    [...statement.matchAll(REFERENCE)]
      .filter(([, , table = '']) => tenantTables.has(table))
      .filter(([, keyword, table = '', word = '']) =>
        keyword === 'into' ? !insertsTenant(statement, table) : !comparesTenant(statement, table, aliasIn(word)),
      )
      .map(([, , table = '']) => `${table} without its tenant: ${statement.trim().slice(0, 300)}`),
  );
}

function aliasIn(word: string): string | undefined {
  return word === '' || NO_ALIAS.has(word) ? undefined : word;
}

function insertsTenant(statement: string, table: string): boolean {
  const columns = new RegExp(`into (?:public\\.)?${table}(?: as [a-z_]+)? ?\\(([^)]*)\\)`).exec(statement)?.[1] ?? '';
  return columns.split(',').some((column) => column.trim() === 'tenant_id');
}

/** The tenant's column of this very table is compared with something: `c.tenant_id = $1`, `(tenant_id, id) in (…)`. */
function comparesTenant(statement: string, table: string, alias: string | undefined): boolean {
  const column = table === 'tenants' ? 'id' : 'tenant_id';
  const qualified = alias === undefined ? `(?:${table}\\.)?` : `${alias}\\.`;
  const conditions = statement.slice(statement.search(/\b(?:where|on)\b/));
  return new RegExp(`(?:^|[^.\\w])${qualified}${column}(?: =| in\\b|, )|= ${qualified}${column}\\b`).test(conditions);
}
