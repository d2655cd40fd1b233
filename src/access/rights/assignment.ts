/** Who may be made responsible for a record, and by whom. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { validationError } from '../../platform/errors/errors.js';
import type { Actor, RequestContext } from '../identity/request-context.js';
import { User } from '../identity/user.entity.js';
import { ForbiddenError } from './permissions.js';
import type { RecordType } from './record-types.js';

const OTHERS = {
  fr: 'Seuls les administrateurs et les managers peuvent affecter une fiche à quelqu’un d’autre.',
  en: 'Only admins and managers may assign a record to somebody else.',
};
const UNKNOWN = { fr: 'Cet utilisateur est inconnu ou inactif.', en: 'This user is unknown or inactive.' };

/**
 * Checks an assignment before it is stored; null and undefined need none.
 * @param recordType of the record that is assigned. A rejection is audited under it.
 * @throws AppError FORBIDDEN, VALIDATION_FAILED (not a live user of this tenant)
 */
export async function requireAssignable(
  ctx: RequestContext,
  em: EntityManager,
  recordType: RecordType,
  userId: string | null | undefined,
): Promise<void> {
  if (userId === null || userId === undefined) return;
  if (userId !== ctx.actor.userId && !mayAssignOthers(ctx.actor)) {
    throw new ForbiddenError(OTHERS, 'assign', { recordType });
  }
  if ((await em.count(User, { id: userId, isActive: true })) > 0) return;
  throw validationError([{ path: ['assignedToId'], code: 'UNKNOWN_USER', message: UNKNOWN }]);
}

/** On behalf of a person, both they and the service account must be allowed to. */
function mayAssignOthers({ role, apiKey }: Actor): boolean {
  const roles = apiKey?.account ? [role, apiKey.account.role] : [role];
  return roles.every((one) => one === 'admin' || one === 'manager');
}
