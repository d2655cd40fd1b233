/** A small record with a field of every type: what the tests of the input side read, write and describe. */
import { InputType, registerEnumType } from 'type-graphql';
import * as field from '../../../src/platform/input/fields.js';
import {
  boolean,
  date,
  instant,
  integer,
  json,
  money,
  nullable,
  oneOf,
  percent,
  restSerializer,
  text,
  textList,
  uuid,
} from '../../../src/platform/rest/serializer.js';

export const ToyType = { SMALL: 'SMALL', LARGE: 'LARGE' } as const;
export type ToyType = keyof typeof ToyType;
registerEnumType(ToyType, { name: 'ToyType', description: 'Size of a toy' });

@InputType()
export abstract class ToyFields {
  @field.TextField({ max: 10, description: 'Label.' }) label?: string | null;
  @field.TextField({ max: 5, pattern: /^[A-Z]+$/, description: 'Code.', rejectEmpty: true }) code?: string | null;
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
export class CreateToy extends ToyFields {
  @field.TextField({ min: 2, max: 20, required: true, description: 'Name.' }) name!: string;
  @field.EnumField(ToyType, { default: 'SMALL', rejectEmpty: true, description: 'Size.' }) type?: ToyType;
}

@InputType()
export class UpdateToy extends ToyFields {
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

export const toySerializer = restSerializer<ToyRow>('Toy', {
  id: uuid('Id.'),
  code: text('Code.'),
  name: text('Name.'),
  type: oneOf(Object.values(ToyType), 'Size.'),
  unitPrice: nullable(money('Price.')),
  discountRate: nullable(percent('Discount.')),
  partCount: integer('Count.'),
  isActive: boolean('Active.'),
  tags: textList('Tags.'),
  parts: json('Parts.'),
  launchDate: nullable(date('Launch.')),
  createdAt: instant('Created.'),
});

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
