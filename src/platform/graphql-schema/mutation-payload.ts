/** What mutations answer with: the record under its own name, and whatever else the operation did. */
import { Field, InterfaceType, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import { WARNING_CATALOGUE, type WarningCode } from '../errors/warning-catalogue.js';
import { AtMost } from './list-bound.js';
import { JsonScalar } from './scalars.js';

const WARNING_CODES = Object.entries(WARNING_CATALOGUE);
const WarningCodeEnum: Readonly<Record<string, string>> = Object.fromEntries(
  WARNING_CODES.map(([code]) => [code, code]),
);

registerEnumType(WarningCodeEnum, {
  name: 'WarningCode',
  description: 'What a change may warn of. New ones may come, none is renamed.',
  valuesConfig: Object.fromEntries(
    WARNING_CODES.map(([code, { when, details }]) => [
      code,
      { description: `${when}\n\`details\`: ${details.join(', ')}.` },
    ]),
  ),
});

@ObjectType({ description: 'Something that a change did, and that its caller may not expect.', simpleResolvers: true })
class Warning {
  @Field(() => WarningCodeEnum, { description: 'For programs.' })
  code!: WarningCode;

  @Field(() => String, { description: 'A sentence in French, or in English with Accept-Language: en.' })
  message!: string;

  @Field(() => [String], { nullable: true, description: 'The field of the payload that it is about, outermost first.' })
  path!: readonly string[] | null;

  @Field(() => JsonScalar, { nullable: true, description: 'For programs; the description of the code names its keys.' })
  details!: object | null;
}

/** How many warnings one change may give. */
const MAX_WARNINGS = 5;

/** Every payload class names it, so there is nothing for TypeGraphQL to find. */
@InterfaceType({
  description: 'What every change of a record answers with. Failures are errors with codes, never part of a payload.',
  autoRegisterImplementations: false,
})
export abstract class MutationPayload {
  @Field(() => Boolean, {
    description: 'False where everything was as wanted already: then there is no new version and no audit event.',
  })
  changed!: boolean;

  @Field(() => [Warning], { description: 'What else the operation did.' })
  @AtMost(MAX_WARNINGS)
  warnings!: Warning[];
}

interface PayloadDescription {
  /** Name of the type: `CreateCustomerPayload`. */
  readonly name: string;
  /** Name of the field that holds the record: `customer`. */
  readonly field: string;
  readonly record: () => ClassType;
  /** Of the field. */
  readonly description: string;
}

type PayloadClass = abstract new () => MutationPayload;

/** The payload type of one mutation. A class that has more to tell extends it under the same name. */
export function payloadOf({ name, field, record, description }: PayloadDescription): PayloadClass {
  @ObjectType(name, payloadOptions(name))
  abstract class Payload extends MutationPayload {
    // Not simple: graphql-js would look for the record under the field's name.
    @Field(record, { name: field, description, simple: false })
    record!: object;
  }
  return Payload;
}

/** @param name of the type: `CreateCustomerPayload` */
export function payloadOptions(name: string) {
  const mutation = name.charAt(0).toLowerCase() + name.slice(1, -'Payload'.length);
  return { implements: MutationPayload, description: `What ${mutation} did.`, simpleResolvers: true };
}
