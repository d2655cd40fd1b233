/** The rules of conversion: pure functions of the customer's type. */
import { AppError } from '../../platform/errors/errors.js';
import type { CustomerType } from './customer-enums.js';

const ILLEGAL = {
  fr: 'Seul un prospect ou un lead peut être converti en client.',
  en: 'Only a prospect or a lead can be converted into a customer.',
};

/** @returns the type after a conversion @throws AppError ILLEGAL_TRANSITION for a partner or a churned customer */
export function decideConversion(type: CustomerType): CustomerType {
  switch (type) {
    case 'PROSPECT':
    case 'LEAD':
      return 'CUSTOMER';
    case 'CUSTOMER':
    case 'VIP':
      return type;
    case 'PARTNER':
    case 'CHURNED':
      throw new AppError('ILLEGAL_TRANSITION', ILLEGAL, { details: { from: type, allowed: [] } });
  }
}

/** Whether an update of the type is a conversion. An update may set any type; only `decideConversion` rejects some. */
export function isConversion(from: CustomerType, to: CustomerType): boolean {
  return to === 'CUSTOMER' && isConvertible(from);
}

/** The type after a won opportunity: CUSTOMER for a prospect or lead, else unchanged. */
export function typeAfterSale(type: CustomerType): CustomerType {
  return isConvertible(type) ? 'CUSTOMER' : type;
}

function isConvertible(type: CustomerType): boolean {
  return type === 'PROSPECT' || type === 'LEAD';
}
