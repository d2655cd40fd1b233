/** `viewerCan` of each record type: one check for each operation on the record. */
import { Field, ObjectType } from 'type-graphql';
import { ErrorCodeEnum } from '../../platform/graphql-schema/error-code.js';

const PREDICTS = `Whether the caller may do something with a record as it is now: by their role, by whose the record is, and by its state. The operation
itself also checks what this cannot know: its input, the expected version, limits of the company, and unique codes.`;

@ObjectType({ description: PREDICTS, simpleResolvers: true })
export class OperationCheck {
  @Field(() => Boolean, { description: 'Whether the operation would be accepted.' })
  allowed!: boolean;

  @Field(() => ErrorCodeEnum, {
    nullable: true,
    description: 'The code that the operation would answer with; null when it is allowed.',
  })
  code!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why not, as the operation would say it, in the language of the request; null when it is allowed.',
  })
  reason!: string | null;
}

const Check = (description: string): PropertyDecorator => Field(() => OperationCheck, { description });

const UPDATE = 'Change its fields.';
const DELETE = 'Delete it.';
const RESTORE = 'Restore it; a record that is not deleted is returned unchanged.';
const EXPORT = 'Find it in the CSV files that the caller exports.';

@ObjectType({ description: 'What the caller can do with a customer.', simpleResolvers: true })
export class CustomerViewerCan {
  @Check(UPDATE) update!: OperationCheck;
  @Check('Convert it into a customer; one that is a customer already is returned unchanged.') convert!: OperationCheck;
  @Check(DELETE) delete!: OperationCheck;
  @Check(RESTORE) restore!: OperationCheck;
  @Check(EXPORT) export!: OperationCheck;
}

@ObjectType({ description: 'What the caller can do with a contact.', simpleResolvers: true })
export class ContactViewerCan {
  @Check(UPDATE) update!: OperationCheck;
  @Check(DELETE) delete!: OperationCheck;
  @Check(RESTORE) restore!: OperationCheck;
  @Check(EXPORT) export!: OperationCheck;
}

@ObjectType({ description: 'What the caller can do with an opportunity.', simpleResolvers: true })
export class OpportunityViewerCan {
  @Check(UPDATE) update!: OperationCheck;
  @Check('Win it; one that is won is returned unchanged.') win!: OperationCheck;
  @Check('Lose it; one that is lost is returned unchanged.') lose!: OperationCheck;
  @Check('Make it active again.') reopen!: OperationCheck;
  @Check(DELETE) delete!: OperationCheck;
  @Check(RESTORE) restore!: OperationCheck;
  @Check(EXPORT) export!: OperationCheck;
}

@ObjectType({ description: 'What the caller can do with an activity.', simpleResolvers: true })
export class ActivityViewerCan {
  @Check(UPDATE) update!: OperationCheck;
  @Check('Complete it; one that is completed is returned unchanged.') complete!: OperationCheck;
  @Check('Open it again; one that is open is returned unchanged.') reopen!: OperationCheck;
  @Check(DELETE) delete!: OperationCheck;
  @Check(RESTORE) restore!: OperationCheck;
  @Check(EXPORT) export!: OperationCheck;
}
