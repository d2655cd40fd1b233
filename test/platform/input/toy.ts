/** A small record with a member of every kind: what the tests of the input side read, write and describe. */
import { InputType, registerEnumType } from 'type-graphql';
import * as field from '../../../src/platform/input/fields.js';
import { restShape } from '../../../src/platform/rest/serializer.js';

export const ToyType = { SMALL: 'SMALL', LARGE: 'LARGE' } as const;
export type ToyType = keyof typeof ToyType;
registerEnumType(ToyType, { name: 'ToyType', description: 'Size of a toy' });

@InputType()
export abstract class ToyMembers {
  @field.TextField({ max: 10, description: 'Label.' }) label?: string | null;
  @field.TextField({ max: 5, pattern: /^[A-Z]+$/, description: 'Code.', refuseEmpty: true }) code?: string | null;
  @field.LongTextField({ description: 'Notes.' }) notes?: string | null;
  @field.EmailField({ description: 'E-mail.' }) email?: string | null;
  @field.UuidField({ description: 'Owner.' }) assignedToId?: string | null;
  @field.MoneyField({ min: 0, description: 'Price.' }) unitPrice?: string | null;
  @field.PercentField({ description: 'Discount.' }) discountRate?: string | null;
  @field.IntegerField({ min: 0, description: 'Count.' }) partCount?: number | null;
  @field.BooleanField({ default: true, description: 'Active.' }) isActive?: boolean;
  @field.TagsField({ maxItems: 3, maxLength: 4, description: 'Tags.' }) tags?: string[] | null;
  @field.CountryField({ default: 'FR', description: 'Country.' }) countryCode?: string;
  @field.CurrencyField({ default: field.BY_SERVICE, description: 'Currency.' }) currency?: string | null;
  @field.LanguageField({ description: 'Language.' }) language?: string | null;
  @field.DateField({ description: 'Launch.' }) launchDate?: string | null;
  @field.InstantField({ description: 'Seen.' }) seenAt?: string | null;
}

@InputType()
export class CreateToy extends ToyMembers {
  @field.TextField({ min: 2, max: 20, required: true, description: 'Name.' }) name!: string;
  @field.EnumField(ToyType, { default: 'SMALL', refuseEmpty: true, description: 'Size.' }) type?: ToyType;
}

@InputType()
export class UpdateToy extends ToyMembers {
  @field.TextField({ min: 2, max: 20, nullable: false, description: 'Name.' }) name?: string;
  @field.EnumField(ToyType, { nullable: false, description: 'Size.' }) type?: ToyType;
}

@InputType()
export class ToyQuery {
  @field.IntegerField({ min: 1, description: 'Page.' }) page?: number | null;
  @field.BooleanField({ description: 'Active ones.' }) isActive?: boolean | null;
  @field.EnumField(ToyType, { description: 'Size.' }) type?: ToyType | null;
  @field.TextField({ max: 50, description: 'Search.' }) search?: string | null;
  @field.DateField({ description: 'From.' }) dateFrom?: string | null;
  @field.TagsField({ description: 'Tags.' }) tags?: string[] | null;
}

export interface ToyRow {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly type: ToyType;
  readonly unitPrice: string | null;
  readonly discountRate: string | null;
  readonly partCount: number;
  readonly isActive: boolean;
  readonly tags: readonly string[];
  readonly parts: readonly unknown[];
  readonly launchDate: string | null;
  readonly createdAt: string;
}

export const toyShape = restShape<ToyRow>('Toy', [
  { name: 'id', from: 'id', kind: 'uuid', description: 'Id.' },
  { name: 'code', from: 'code', kind: 'text', description: 'Code.' },
  { name: 'name', from: 'name', kind: 'text', description: 'Name.' },
  { name: 'type', from: 'type', kind: 'text', enum: Object.values(ToyType), description: 'Size.' },
  { name: 'unit_price', from: 'unitPrice', kind: 'money', nullable: true, description: 'Price.' },
  { name: 'discount_rate', from: 'discountRate', kind: 'percent', nullable: true, description: 'Discount.' },
  { name: 'part_count', from: 'partCount', kind: 'integer', description: 'Count.' },
  { name: 'is_active', from: 'isActive', kind: 'boolean', description: 'Active.' },
  { name: 'tags', from: 'tags', kind: 'textList', description: 'Tags.' },
  { name: 'parts', from: 'parts', kind: 'json', description: 'Parts.' },
  { name: 'launch_date', from: 'launchDate', kind: 'date', nullable: true, description: 'Launch.' },
  { name: 'created_at', from: 'createdAt', kind: 'instant', description: 'Created.' },
]);

/** A row in wire form. */
export const aToy: ToyRow = {
  id: '0198f0c4-1111-7abc-8def-0123456789ab',
  code: 'TOY',
  name: 'Ours "Léo"',
  type: 'LARGE',
  unitPrice: '50000.00',
  discountRate: null,
  partCount: 3,
  isActive: true,
  tags: ['bois', 'été'],
  parts: [{ size: 1 }],
  launchDate: '2026-03-31',
  createdAt: '2026-11-22T12:02:18.758Z',
};
