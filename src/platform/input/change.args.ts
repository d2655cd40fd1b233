/** The arguments that mutations share. */
import { ArgsType, Field } from 'type-graphql';
import { IntegerField, UuidField } from './fields.js';

const DRY_RUN =
  'Checks everything and saves nothing. The payload shows the records as the change would leave them; records reached through them are shown as they are now. An Idempotency-Key is ignored.';
const ID = { required: true, description: 'Id of the record.' } as const;
const VERSION = { description: 'The version that the caller saw; a stale one is rejected with VERSION_CONFLICT.' };

/** The arguments of a mutation that creates a record. */
@ArgsType()
export class DryRunArgs {
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: DRY_RUN })
  dryRun?: boolean | null;
}

/** Of a mutation of a record that exists once per tenant and needs no id: its settings. */
@ArgsType()
export class VersionArgs extends DryRunArgs {
  @IntegerField(VERSION)
  expectedVersion?: number | null;
}

/** Of a mutation that changes a record, optionally only in the version that the caller saw. */
@ArgsType()
export class ChangeArgs extends VersionArgs {
  @UuidField(ID)
  id!: string;
}

/** Of a mutation that changes a record in any version. */
@ArgsType()
export class RecordArgs extends DryRunArgs {
  @UuidField(ID)
  id!: string;
}
