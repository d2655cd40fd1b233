/** The tables and columns with text. The columns follow from the input classes, so a new field is included by itself. */
import type { EntityClass } from '@mikro-orm/core';
import { User } from '../../access/identity/user.entity.js';
import { CreateUserInput, UpdateUserInput } from '../../account/user.input.js';
import { Activity } from '../../crm/activity/activity.entity.js';
import { CreateActivityInput, UpdateActivityInput } from '../../crm/activity/activity.input.js';
import { Contact } from '../../crm/contact/contact.entity.js';
import { CreateContactInput, UpdateContactInput } from '../../crm/contact/contact.input.js';
import { Customer } from '../../crm/customer/customer.entity.js';
import { CreateCustomerInput, UpdateCustomerInput } from '../../crm/customer/customer.input.js';
import { Opportunity } from '../../crm/opportunity/opportunity.entity.js';
import { CreateOpportunityInput, UpdateOpportunityInput } from '../../crm/opportunity/opportunity.input.js';
import { MAX_CODE } from '../../crm/record/record-code.js';
import { inputPlanOf, type InputClass, type FieldText } from '../../platform/input/input-plan.js';
import { identityForm } from '../../platform/values/identity-form.js';
import { normalizeText } from '../../platform/values/normal-text.js';
import { isLonger } from '../../platform/values/text.js';
import type { TenantOwned } from '../../tenancy/tenancy.js';

/** Values by property, of an entity or of a row. */
export type Values = Readonly<Record<string, unknown>>;

interface Text extends FieldText {
  readonly property: string;
  readonly nullable: boolean;
}

/** A text that is unique in a tenant. */
export interface UniqueText {
  readonly property: string;
  /** Name of the unique index. */
  readonly constraint: string;
  /** The form that the unique index compares. */
  readonly formOf: (text: string) => string;
}

export interface TextTable {
  readonly recordType: string;
  readonly name: 'users' | 'customers' | 'contacts' | 'opportunities' | 'activities';
  readonly Entity: EntityClass<TenantOwned>;
  readonly texts: readonly Text[];
  readonly unique: UniqueText | null;
  /** The column with the id of the customer, whose row is locked first. */
  readonly customer: 'id' | 'customer_id' | null;
}

type AnyInput = InputClass<object>;

/** The text fields of the inputs, except secrets, which are not stored as sent, and free JSON. */
function textsOf(...inputs: readonly AnyInput[]): Text[] {
  const fields = new Map(inputs.flatMap((Input) => [...inputPlanOf(Input).byName]));
  return [...fields.values()].flatMap(({ name, nullable, text }) =>
    text === null || text.form === 'secret' ? [] : [{ property: name, nullable, ...text }],
  );
}

function codeOf(constraint: string): UniqueText {
  return { property: 'code', constraint, formOf: (code) => normalizeText(code, 'code', MAX_CODE) };
}

/** In the order in which the tables are rewritten. */
export const TEXT_TABLES: readonly TextTable[] = [
  {
    recordType: 'user',
    name: 'users',
    Entity: User,
    texts: textsOf(CreateUserInput, UpdateUserInput),
    unique: { property: 'email', constraint: 'users_email_key', formOf: identityForm },
    customer: null,
  },
  {
    recordType: 'customer',
    name: 'customers',
    Entity: Customer,
    texts: textsOf(CreateCustomerInput, UpdateCustomerInput),
    unique: codeOf('customers_code_key'),
    customer: 'id',
  },
  {
    recordType: 'contact',
    name: 'contacts',
    Entity: Contact,
    texts: textsOf(CreateContactInput, UpdateContactInput),
    unique: null,
    customer: 'customer_id',
  },
  {
    recordType: 'opportunity',
    name: 'opportunities',
    Entity: Opportunity,
    texts: textsOf(CreateOpportunityInput, UpdateOpportunityInput),
    unique: codeOf('opportunities_code_key'),
    customer: 'customer_id',
  },
  {
    recordType: 'activity',
    name: 'activities',
    Entity: Activity,
    texts: textsOf(CreateActivityInput, UpdateActivityInput),
    unique: null,
    customer: 'customer_id',
  },
];

/** The corrected values of a row. */
export interface Correction {
  readonly changes: Values;
  /** Properties without an acceptable normal form: it would be empty, or too long. */
  readonly left: readonly string[];
}

/** @param keepsUnique leaves the unique text as it is, because another row would have the same */
export function correct(table: TextTable, values: Values, keepsUnique: boolean): Correction {
  const { texts, unique, name } = table;
  const kept = keepsUnique ? unique?.property : undefined;
  const { changes, left } = correctTexts(
    texts.filter(({ property }) => property !== kept),
    values,
  );
  const isIdentityKept = name !== 'users' || keepsUnique || left.includes('email');
  return { changes: isIdentityKept ? changes : { ...changes, ...correctIdentity(values) }, left };
}

function correctTexts(texts: readonly Text[], values: Values): Correction {
  const changes: Record<string, unknown> = {};
  const left: string[] = [];
  for (const text of texts) {
    const { property } = text;
    const normal = normalOf(text, values[property]);
    if (normal === undefined) left.push(property);
    else if (JSON.stringify(normal) !== JSON.stringify(values[property])) changes[property] = normal;
  }
  return { changes, left };
}

/** The identity form of a user follows the e-mail address, which service accounts lack. It has no audit event. */
function correctIdentity({ email, emailIdentity }: Values): Values {
  if (typeof email !== 'string') return {};
  const form = identityForm(email);
  return form === emailIdentity ? {} : { emailIdentity: form };
}

/** @returns undefined if there is no normal form that the column accepts */
function normalOf({ form, max, nullable }: Text, value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => normalizeText(String(item), form, max)).filter((item) => item !== '');
  }
  if (typeof value !== 'string') return value;
  const normal = normalizeText(value, form, max);
  if (isLonger(normal, max)) return normal === value ? value : undefined;
  if (normal !== '') return normal;
  return nullable ? null : undefined;
}
