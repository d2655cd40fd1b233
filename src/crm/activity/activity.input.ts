import { InputType } from 'type-graphql';
import {
  BY_SERVICE,
  DateOrInstantField,
  EnumField,
  InstantField,
  IntegerField,
  LongTextField,
  TextField,
  UuidField,
} from '../../platform/input/fields.js';
import { CreationInput } from '../../platform/input/input-plan.js';
import { ActivityType } from './activity-enums.js';

const DUE_DATE =
  "When it must be done by. A date is the end of that day, 23:59:59 in the company's time zone; it is read back as that instant.";

/** The fields of an activity that both inputs have. Limits are in characters. */
@InputType()
abstract class ActivityFields {
  @LongTextField({ description: 'Description.' })
  description?: string | null;

  @InstantField({ default: BY_SERVICE, description: 'When it took place, or will. Default: now.' })
  date?: string | null;

  @DateOrInstantField({ description: DUE_DATE })
  dueDate?: string | null;

  @IntegerField({ min: 0, description: 'How long it took, in minutes.' })
  durationMinutes?: number | null;

  @UuidField({ description: 'Id of the responsible user. Users may name themselves only.' })
  assignedToId?: string | null;
}

@InputType({ description: 'A new activity.' })
@CreationInput()
export class CreateActivityInput extends ActivityFields {
  @UuidField({ required: true, description: 'Id of the customer that it is about; never changes.' })
  customerId!: string;

  @UuidField({ description: "Id of one of the customer's opportunities; never changes." })
  opportunityId?: string | null;

  @UuidField({ description: "Id of one of the customer's contacts; never changes." })
  contactId?: string | null;

  @EnumField(ActivityType, { required: true, description: 'What it is; never changes.' })
  type!: ActivityType;

  @TextField({ min: 1, max: 255, required: true, description: 'What it is about.' })
  subject!: string;
}

@InputType({ description: 'Changes to an activity: absent is untouched, null is cleared.' })
export class UpdateActivityInput extends ActivityFields {
  @TextField({ min: 1, max: 255, nullable: false, description: 'What it is about.' })
  subject?: string;
}
