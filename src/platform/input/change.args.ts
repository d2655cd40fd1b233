/** The arguments that mutations share. */
import { ArgsType, Field } from 'type-graphql';
import { IntegerField, UuidField } from './fields.js';

const DRY_RUN =
  'Only tries: everything is checked, and nothing is left. The payload is that of the change; what its records lead to is as it is without it. An Idempotency-Key is ignored.';
const ID = { required: true, description: 'Id of the record.' } as const;
const VERSION = { description: 'The version that the caller saw; a stale one is rejected with VERSION_CONFLICT.' };

/** Of a mutation that creates. */
@ArgsType()
export class DryRunArgs {
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: DRY_RUN })
  dryRun?: boolean | null;
}

/** Of a mutation that changes the one record of its kind. */
@ArgsType()
export class VersionArgs extends DryRunArgs {
  @IntegerField(VERSION)
  expectedVersion?: number | null;
}

/** Of a mutation that changes a record. */
@ArgsType()
export class ChangeArgs extends VersionArgs {
  @UuidField(ID)
  id!: string;
}

/** Of a mutation that changes a record in whatever version it is. */
@ArgsType()
export class RecordArgs extends DryRunArgs {
  @UuidField(ID)
  id!: string;
}
