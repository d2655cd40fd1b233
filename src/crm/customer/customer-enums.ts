/** The enums of customers: one object each for SDL, validation, REST and CSV. */
import { describedEnum } from '../../platform/graphql-schema/described-enum.js';

export const CustomerType = describedEnum('CustomerType', 'Where a customer stands.', {
  PROSPECT: 'First contact, not qualified yet.',
  LEAD: 'A qualified prospect who is interested.',
  CUSTOMER: 'Has ordered at least once.',
  VIP: 'A privileged customer.',
  PARTNER: 'A commercial partner.',
  CHURNED: 'A customer who was lost.',
});
export type CustomerType = keyof typeof CustomerType;

export const PaymentTerms = describedEnum('PaymentTerms', 'When invoices fall due.', {
  IMMEDIATE: 'On receipt.',
  NET_15: '15 days after the invoice.',
  NET_30: '30 days after the invoice.',
  NET_45: '45 days after the invoice.',
  NET_60: '60 days after the invoice.',
  NET_90: '90 days after the invoice.',
  END_OF_MONTH: 'At the end of the month.',
  CUSTOM: 'Agreed with the customer.',
});
export type PaymentTerms = keyof typeof PaymentTerms;

export const PaymentMethod = describedEnum('PaymentMethod', 'How a customer pays.', {
  BANK_TRANSFER: 'Bank transfer.',
  CHECK: 'Cheque.',
  CREDIT_CARD: 'Credit card.',
  CASH: 'Cash.',
  DIRECT_DEBIT: 'Direct debit.',
  PAYPAL: 'PayPal.',
  OTHER: 'Another way.',
});
export type PaymentMethod = keyof typeof PaymentMethod;
