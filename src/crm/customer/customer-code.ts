/** Generated customer codes: CLI00001, CLI00002 … */
import type { EntityManager } from '@mikro-orm/postgresql';
import { generateCode } from '../record/record-code.query.js';

/** @returns a code that no live customer of the tenant has */
export function generateCustomerCode(em: EntityManager): Promise<string> {
  return generateCode(em, { counter: 'customer.code', table: 'customers', prefix: 'CLI' });
}
