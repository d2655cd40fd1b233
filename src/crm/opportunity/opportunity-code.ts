/** Generated opportunity codes: OPP-2026-00001, OPP-2026-00002 … The numbers begin again each year. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { generateCode } from '../record/record-code.query.js';

/**
 * @param today calendar date in the tenant's time zone
 * @returns a code that no live opportunity of the tenant has
 */
export function generateOpportunityCode(em: EntityManager, today: string): Promise<string> {
  const year = today.slice(0, 4);
  return generateCode(em, { counter: `opportunity.${year}.code`, table: 'opportunities', prefix: `OPP-${year}-` });
}
