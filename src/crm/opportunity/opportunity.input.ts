import { ArgsType, InputType } from 'type-graphql';
import {
  BY_SERVICE,
  CurrencyField,
  DateField,
  EnumField,
  IntegerField,
  JsonListField,
  LongTextField,
  MoneyField,
  TagsField,
  TextField,
  UuidField,
} from '../../platform/input/fields.js';
import { CreationInput } from '../../platform/input/input-plan.js';
import { ChangeArgs } from '../../platform/input/change.args.js';
import { CodeField } from '../record/record-code.js';
import { OpportunityStatus } from './opportunity-enums.js';

/** Characters of a reason. */
const MAX_REASON = 255;

/** The fields of an opportunity that both inputs have. Limits are in characters. */
@InputType()
abstract class OpportunityFields {
  @LongTextField({ description: 'Description.' })
  description?: string | null;

  @EnumField(OpportunityStatus, { default: 'NEW', rejectEmpty: true, description: 'Where the sale stands.' })
  status?: OpportunityStatus;

  @TextField({ max: 50, description: 'Free-form label; the step of the sale is `status`.' })
  stage?: string | null;

  @IntegerField({
    min: 0,
    max: 100,
    default: BY_SERVICE,
    description: 'Chance of winning in percent. Default: the typical one of the status.',
  })
  probability?: number | null;

  @MoneyField({
    min: 0,
    default: '0.00',
    description: 'Value of the sale, in its currency, with no more decimals than that has.',
  })
  amount?: string;

  @CurrencyField({ default: BY_SERVICE, description: "ISO 4217. Default: the company's own." })
  currency?: string | null;

  @DateField({ description: 'Day on which the sale is expected to be closed.' })
  expectedCloseDate?: string | null;

  @UuidField({ description: 'Id of the responsible user. Users may name themselves only.' })
  assignedToId?: string | null;

  @TextField({ max: 100, description: 'Team.' })
  team?: string | null;

  @TextField({ max: 100, description: 'Where the sale came from.' })
  source?: string | null;

  @TextField({ max: 100, description: 'Campaign that brought it.' })
  campaign?: string | null;

  @TagsField({ default: [], maxLength: 255, description: 'Names of competitors: at most 50 of 255 characters.' })
  competitors?: string[];

  @JsonListField({
    default: [],
    description:
      'Products concerned, each in a form that the company chooses: at most 100, together 20 000 characters of JSON, 10 levels deep.',
  })
  products?: unknown[];

  @LongTextField({ description: 'Notes.' })
  notes?: string | null;

  @LongTextField({ description: 'What to do next.' })
  nextSteps?: string | null;
}

@InputType({ description: 'A new opportunity.' })
@CreationInput()
export class CreateOpportunityInput extends OpportunityFields {
  @UuidField({ required: true, description: 'Id of the customer; never changes.' })
  customerId!: string;

  @CodeField('Unique code; generated (OPP-2026-00001 …) when absent.')
  code?: string | null;

  @TextField({ min: 1, max: 255, required: true, description: 'What the sale is about.' })
  name!: string;
}

@InputType({ description: 'Changes to an opportunity: absent is untouched, null is cleared.' })
export class UpdateOpportunityInput extends OpportunityFields {
  @TextField({ min: 1, max: 255, nullable: false, description: 'What the sale is about.' })
  name?: string;

  @TextField({ max: MAX_REASON, description: 'Why it was won; WON opportunities only.' })
  winReason?: string | null;

  @TextField({ max: MAX_REASON, description: 'Why it was lost; LOST opportunities only.' })
  lossReason?: string | null;
}

/** What the GraphQL mutations of the lifecycle take in common. */
@ArgsType()
export class WinOpportunityArgs extends ChangeArgs {
  @TextField({ max: MAX_REASON, description: 'Why it was won.' })
  reason?: string | null;
}

@ArgsType()
export class LoseOpportunityArgs extends ChangeArgs {
  @TextField({ max: MAX_REASON, required: true, description: 'Why it was lost.' })
  reason!: string;
}

@ArgsType()
export class ReopenOpportunityArgs extends ChangeArgs {
  @EnumField(OpportunityStatus, { description: 'The active status that it returns to. Default: NEGOTIATION.' })
  status?: OpportunityStatus | null;

  @TextField({ max: MAX_REASON, description: 'Why it was reopened: kept in the audit event.' })
  reason?: string | null;
}

/** `win` in REST. The alias `win_reason` of its body is the route's. */
export class WinOpportunityBody {
  @TextField({ max: MAX_REASON, description: 'Why it was won.' })
  reason?: string | null;
}

export class WinOpportunityQuery {
  @TextField({ max: MAX_REASON, description: 'Why it was won; instead of the body.' })
  winReason?: string | null;
}

/** `lose` in REST, where a reason is not required. */
export class LoseOpportunityBody {
  @TextField({ max: MAX_REASON, description: 'Why it was lost.' })
  reason?: string | null;
}

export class LoseOpportunityQuery {
  @TextField({ max: MAX_REASON, description: 'Why it was lost; instead of the body.' })
  lossReason?: string | null;
}

/** `reopen` in REST. */
export class ReopenOpportunityBody {
  @EnumField(OpportunityStatus, {
    rejectEmpty: true,
    description: 'The active status that it returns to. Default: NEGOTIATION.',
  })
  status?: OpportunityStatus | null;

  @TextField({ max: MAX_REASON, description: 'Why it was reopened: kept in the audit event.' })
  reason?: string | null;
}
