/** Payloads of mutations: the record under its own name, whether it changed, and warnings. */
import { Field, InterfaceType, ObjectType, registerEnumType, type ClassType } from 'type-graphql';
import { WARNING_CATALOGUE, type WarningCode } from '../errors/warning-catalogue.js';
import { AtMost } from './query-cost.js';
import { JsonScalar } from './scalars.js';
import { describeCodes, enumOfWords } from './word-enum.js';

const WarningCodeEnum = enumOfWords(Object.keys(WARNING_CATALOGUE));

registerEnumType(WarningCodeEnum, {
  name: 'WarningCode',
  description: 'Codes of warnings. New codes may be added; existing ones are never renamed.',
  valuesConfig: describeCodes(WARNING_CATALOGUE, ({ when, details }) => `${when}\n\`details\`: ${details.join(', ')}.`),
});

@ObjectType({ description: 'A side effect of a change that the caller may not expect.', simpleResolvers: true })
class Warning {
  @Field(() => WarningCodeEnum, { description: 'For programs to compare.' })
  code!: WarningCode;

  @Field(() => String, { description: 'A sentence in French, or in English with Accept-Language: en.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Path of the field in the payload that the warning is about, outermost field first.',
  })
  path!: readonly string[] | null;

  @Field(() => JsonScalar, { nullable: true, description: 'For programs. The description of the code lists its keys.' })
  details!: object | null;
}

/** The largest number of warnings of one change. */
const MAX_WARNINGS = 5;

/** TypeGraphQL need not search for implementations: every payload class names this interface. */
@InterfaceType({
  description:
    'Implemented by the payload of every mutation that changes a record. Failures are errors with codes and never part of a payload.',
  autoRegisterImplementations: false,
})
export abstract class MutationPayload {
  @Field(() => Boolean, {
    description:
      'False when the record already had the requested values. There is then no new version and no audit event.',
  })
  changed!: boolean;

  @Field(() => [Warning], { description: 'Side effects of the change.' })
  @AtMost(MAX_WARNINGS)
  warnings!: Warning[];
}

interface PayloadDescription {
  /** Name of the type: `CreateCustomerPayload`. */
  readonly name: string;
  /** Name of the field that holds the record: `customer`. */
  readonly field: string;
  readonly record: () => ClassType;
  /** Description of the field. */
  readonly description: string;
}

type PayloadClass = abstract new () => MutationPayload;

/** The payload type of one mutation. For further fields, a class extends it under the same name. */
export function payloadOf({ name, field, record, description }: PayloadDescription): PayloadClass {
  @ObjectType(name, payloadOptions(name))
  abstract class Payload extends MutationPayload {
    // Not a simple resolver: it would read the property with the field's name instead of `record`.
    @Field(record, { name: field, description, simple: false })
    record!: object;
  }
  return Payload;
}

/** @param name of the type: `CreateCustomerPayload` */
export function payloadOptions(name: string) {
  const mutation = name.charAt(0).toLowerCase() + name.slice(1, -'Payload'.length);
  return { implements: MutationPayload, description: `Payload of ${mutation}.`, simpleResolvers: true };
}
