/** The enums of customers: one object each for SDL, validation, REST and CSV. */
import { registerEnumType } from 'type-graphql';

export const CustomerType = {
  PROSPECT: 'PROSPECT',
  LEAD: 'LEAD',
  CUSTOMER: 'CUSTOMER',
  VIP: 'VIP',
  PARTNER: 'PARTNER',
  CHURNED: 'CHURNED',
} as const;
export type CustomerType = keyof typeof CustomerType;

registerEnumType(CustomerType, {
  name: 'CustomerType',
  description: 'Where a customer stands.',
  valuesConfig: {
    PROSPECT: { description: 'First contact, not qualified yet.' },
    LEAD: { description: 'A qualified prospect who is interested.' },
    CUSTOMER: { description: 'Has ordered at least once.' },
    VIP: { description: 'A privileged customer.' },
    PARTNER: { description: 'A commercial partner.' },
    CHURNED: { description: 'A customer who was lost.' },
  },
});

export const PaymentTerms = {
  IMMEDIATE: 'IMMEDIATE',
  NET_15: 'NET_15',
  NET_30: 'NET_30',
  NET_45: 'NET_45',
  NET_60: 'NET_60',
  NET_90: 'NET_90',
  END_OF_MONTH: 'END_OF_MONTH',
  CUSTOM: 'CUSTOM',
} as const;
export type PaymentTerms = keyof typeof PaymentTerms;

registerEnumType(PaymentTerms, {
  name: 'PaymentTerms',
  description: 'When invoices fall due.',
  valuesConfig: {
    IMMEDIATE: { description: 'On receipt.' },
    NET_15: { description: '15 days after the invoice.' },
    NET_30: { description: '30 days after the invoice.' },
    NET_45: { description: '45 days after the invoice.' },
    NET_60: { description: '60 days after the invoice.' },
    NET_90: { description: '90 days after the invoice.' },
    END_OF_MONTH: { description: 'At the end of the month.' },
    CUSTOM: { description: 'Agreed with the customer.' },
  },
});

export const PaymentMethod = {
  BANK_TRANSFER: 'BANK_TRANSFER',
  CHECK: 'CHECK',
  CREDIT_CARD: 'CREDIT_CARD',
  CASH: 'CASH',
  DIRECT_DEBIT: 'DIRECT_DEBIT',
  PAYPAL: 'PAYPAL',
  OTHER: 'OTHER',
} as const;
export type PaymentMethod = keyof typeof PaymentMethod;

registerEnumType(PaymentMethod, {
  name: 'PaymentMethod',
  description: 'How a customer pays.',
  valuesConfig: {
    BANK_TRANSFER: { description: 'Bank transfer.' },
    CHECK: { description: 'Cheque.' },
    CREDIT_CARD: { description: 'Credit card.' },
    CASH: { description: 'Cash.' },
    DIRECT_DEBIT: { description: 'Direct debit.' },
    PAYPAL: { description: 'PayPal.' },
    OTHER: { description: 'Another way.' },
  },
});
