/** Normalizes the text of one tenant row by row, as an operator. Each changed row has a new version and an audit event. */
import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Tenant } from '../../access/identity/tenant.entity.js';
import { inTenantTransaction } from '../../access/writes/transaction.js';
import { bindOrigin, type AuditOrigin } from '../../audit/events/origin.js';
import { Customer } from '../../crm/customer/customer.entity.js';
import { holdRestorations } from '../../crm/customer/customer-children.query.js';
import { violatedConstraint } from '../../platform/postgres/database-errors.js';
import { normalizeText } from '../../platform/values/normal-text.js';
import type { Database } from '../../tenancy/database.js';
import { renewDigits } from './phone-digits.js';
import { readPages, readUniqueTexts, type TextRow, type UniqueRow } from './text-rewrite.query.js';
import { correct, TEXT_TABLES, type TextTable, type Values } from './text-tables.js';

/** Receives the results of a rewrite. */
export interface RewriteReport {
  /** A row that was changed, or would be in a dry run. */
  readonly changed: (recordType: string, id: string, properties: readonly string[]) => void;
  /** Rows that stay as they are, because their unique texts would become equal. */
  readonly collided: (recordType: string, rows: readonly UniqueRow[]) => void;
  /** A text without a normal form that its column accepts. */
  readonly left: (recordType: string, id: string, property: string) => void;
  /** Number of records with changed searched digits. */
  readonly telephones: (count: number) => void;
}

export interface Rewrite {
  readonly database: Database;
  readonly tenantId: string;
  readonly origin: AuditOrigin;
  /** Changes nothing. */
  readonly isDryRun: boolean;
  readonly report: RewriteReport;
}

const USERS_AT_ONCE = 100;
const TAKEN_ATTEMPTS = 3;

/** Can be stopped and started again at any point: normal text is skipped. */
export async function rewriteTenant(rewrite: Rewrite): Promise<void> {
  await rewriteName(rewrite);
  for (const table of TEXT_TABLES) {
    const keeping = await findCollisions(rewrite, table, rewrite.report.collided);
    for await (const rows of readPages(rewrite.database.reader(rewrite.tenantId), table)) {
      for (const batch of batchesOf(table, rows, keeping, rewrite.report)) {
        if (rewrite.isDryRun) reportBatch(rewrite.report, table, batch, keeping);
        else await rewriteBatch(rewrite, table, batch, keeping);
      }
    }
  }
  const telephones = await renewDigits(rewrite);
  if (telephones > 0) rewrite.report.telephones(telephones);
}

/** The company's name, its only setting of free text. */
async function rewriteName({ database, tenantId, origin, isDryRun, report }: Rewrite): Promise<void> {
  const isChanged = await inTenantTransaction(database, tenantId, async (em) => {
    bindOrigin(em, origin);
    const tenant = await em.findOneOrFail(Tenant, { id: tenantId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const name = normalizeText(tenant.name, 'free', 255);
    if (name === tenant.name || name === '') return false;
    if (!isDryRun) tenant.name = name;
    return true;
  });
  if (isChanged) report.changed('tenant', tenantId, ['name']);
}

/** @returns the ids of rows whose unique texts would become equal; these rows stay as they are */
async function findCollisions(
  { database, tenantId }: Rewrite,
  table: TextTable,
  report?: RewriteReport['collided'],
): Promise<Set<string>> {
  const colliding = new Set<string>();
  const { unique } = table;
  if (unique === null) return colliding;
  const found = await readUniqueTexts(database.reader(tenantId), table, unique);
  for (const rows of Map.groupBy(found, ({ text }) => unique.formOf(text)).values()) {
    if (rows.length < 2) continue;
    report?.(table.recordType, rows);
    for (const { id } of rows) colliding.add(id);
  }
  return colliding;
}

/** Groups rows that are changed in one transaction: those of one customer, or a number of users. */
function batchesOf(
  table: TextTable,
  rows: readonly TextRow[],
  keeping: ReadonlySet<string>,
  report: RewriteReport,
): Iterable<readonly TextRow[]> {
  const batches = new Map<string, TextRow[]>();
  let count = 0;
  for (const row of rows) {
    const { changes, left } = correct(table, row, keeping.has(row.id));
    for (const property of left) report.left(table.recordType, row.id, property);
    if (Object.keys(changes).length === 0) continue;
    const key = row.lockedCustomerId ?? String(Math.floor(count / USERS_AT_ONCE));
    batches.set(key, [...(batches.get(key) ?? []), row]);
    count += 1;
  }
  return batches.values();
}

function reportBatch(
  report: RewriteReport,
  table: TextTable,
  batch: readonly TextRow[],
  keeping: ReadonlySet<string>,
): void {
  for (const row of batch) {
    report.changed(table.recordType, row.id, Object.keys(correct(table, row, keeping.has(row.id)).changes));
  }
}

/** @param keeping receives the rows whose unique text was taken meanwhile */
async function rewriteBatch(
  rewrite: Rewrite,
  table: TextTable,
  batch: readonly TextRow[],
  keeping: Set<string>,
): Promise<void> {
  const { database, tenantId, report } = rewrite;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const changed = await inTenantTransaction(database, tenantId, (em) =>
        changeRows(em, rewrite, table, batch, keeping),
      );
      for (const [id, properties] of changed) report.changed(table.recordType, id, properties);
      return;
    } catch (error) {
      if (attempt >= TAKEN_ATTEMPTS || violatedConstraint(error) !== table.unique?.constraint) throw error;
      const isNew = (_noun: string, rows: readonly UniqueRow[]): boolean => !rows.every(({ id }) => keeping.has(id));
      const collisions = await findCollisions(rewrite, table, (recordType, rows) => {
        if (isNew(recordType, rows)) report.collided(recordType, rows);
      });
      for (const id of collisions) keeping.add(id);
    }
  }
}

type ChangedRows = ReadonlyMap<string, readonly string[]>;

/** Takes locks in the fixed order: the tenant's row if codes change, the customer, then its records, or users by id. */
async function changeRows(
  em: EntityManager,
  { origin }: Rewrite,
  table: TextTable,
  batch: readonly TextRow[],
  keeping: ReadonlySet<string>,
): Promise<ChangedRows> {
  bindOrigin(em, origin);
  await lockCustomer(em, table, batch);
  const ids = batch.map(({ id }) => id);
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const found = await em.find(
    table.Entity,
    { id: { $in: ids } },
    { lockMode, populate: false, orderBy: { id: 'ASC' } },
  );
  const changed = new Map<string, readonly string[]>();
  for (const entity of found) {
    // Corrected again, because the row may have changed before it was locked.
    const { changes } = correct(table, valuesOf(entity), keeping.has(entity.id));
    Object.assign(entity, changes);
    const properties = Object.keys(changes);
    if (properties.length > 0) changed.set(entity.id, properties);
  }
  return changed;
}

async function lockCustomer(em: EntityManager, { unique }: TextTable, [row]: readonly TextRow[]): Promise<void> {
  const customerId = row?.lockedCustomerId ?? null;
  if (customerId === null) return;
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const locked = em.findOne(Customer, { id: customerId }, { lockMode, populate: false });
  // Several codes change in one transaction, as in restorations, which hold the same lock.
  await Promise.all(unique === null ? [locked] : [holdRestorations(em), locked]);
}

function valuesOf(entity: object): Values {
  // The properties of an entity are those of its row.
  return entity as Values;
}
