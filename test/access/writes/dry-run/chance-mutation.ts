/** A mutation as chance has it, with arguments made from the schema: a new one is tried unasked. */
import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Random } from '../../../drill/random.js';
import type { Answer } from '../../../support/client.js';

/** Ids that were seen so far, by the record type: `customer`, `user` … */
export type KnownIds = ReadonlyMap<string, readonly string[]>;

export interface ChanceMutation {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type MutationField = GraphQLField<unknown, unknown>;

/** Every mutation that answers a payload. */
export function payloadMutations(schema: GraphQLSchema): readonly MutationField[] {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  return fields.filter(({ type }) => getNamedType(type).name.endsWith('Payload'));
}

export class ChanceMutations {
  private count = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly ids: KnownIds,
  ) {}

  next(): ChanceMutation {
    const field = this.random.pick(payloadMutations(this.schema));
    this.count += 1;
    const args = field.args.filter(({ name }) => name !== 'dryRun');
    const variables: Record<string, unknown> = {};
    for (const { name, type } of args) {
      if (isNonNullType(type) || this.isLucky(4)) variables[name] = this.valueOf(name, type, field.name);
    }
    const declared = [...args.map(({ name, type }) => `$${name}: ${String(type)}`), '$dryRun: Boolean'];
    const passed = [...args.map(({ name }) => name), 'dryRun'].map((name) => `${name}: $${name}`);
    const query = `mutation (${declared.join()}) { ${field.name}(${passed.join()}) { ${selectionOf(field.type)} } }`;
    return { name: field.name, query, variables };
  }

  private isLucky(outOf: number): boolean {
    return this.random.chance(1 / outOf);
  }

  private valueOf(name: string, type: GraphQLInputType, mutation: string): unknown {
    const inner = getNullableType(type);
    if (isListType(inner)) return [this.valueOf(name, inner.ofType, mutation)];
    if (isInputObjectType(inner)) return this.inputOf(Object.values(inner.getFields()), mutation);
    if (isEnumType(inner)) return this.random.pick(inner.getValues()).name;
    return this.scalarOf(name, inner.name, mutation);
  }

  private inputOf(fields: readonly { name: string; type: GraphQLInputType }[], mutation: string): object {
    const given = fields.filter(({ type }) => isNonNullType(type) || this.isLucky(3));
    return Object.fromEntries(given.map(({ name, type }) => [name, this.valueOf(name, type, mutation)]));
  }

  private scalarOf(name: string, type: string, mutation: string): unknown {
    if (type === 'ID') return this.idOf(name, mutation);
    if (name === 'expectedVersion') return this.random.integer(1, 3);
    const text = (): string => `Texte ${this.random.integer(1, 5)}`;
    return SCALARS[type]?.(this.random) ?? TEXTS[name]?.(this.random, this.count) ?? text();
  }

  /** Mostly of a record that there is, and of the right record type. */
  private idOf(name: string, mutation: string): string {
    if (this.isLucky(12)) return '00000000-0000-4000-8000-000000000000';
    const recordType = name === 'id' ? kindOf(mutation) : PEOPLE.test(name) ? 'user' : name.slice(0, -'Id'.length);
    return this.random.pick(this.ids.get(recordType) ?? []);
  }
}

const PEOPLE = /^(assignedTo|createdBy)(Id)?$/;

const SCALARS: Readonly<Record<string, (random: Random) => unknown>> = {
  Boolean: (random) => random.chance(0.5),
  Int: (random) => random.integer(0, 100),
  Decimal: (random) => `${random.integer(0, 99)}.5`,
  Date: (random) => `2026-0${random.integer(1, 9)}-15`,
  DateTime: (random) => `2026-0${random.integer(1, 9)}-15T08:00:00.000Z`,
};

/** Texts that have a form, or that must be taken now and then. */
const TEXTS: Readonly<Record<string, (random: Random, count: number) => string>> = {
  code: (random) => `PRIS-${random.integer(1, 4)}`,
  email: (random, count) => (random.chance(0.25) ? 'prise@essai.example' : `adresse${count}@essai.example`),
  countryCode: (random) => random.pick(['FR', 'BE', 'XX']),
  currency: (random) => random.pick(['EUR', 'USD']),
  defaultCurrency: (random) => random.pick(['EUR', 'USD']),
  timeZone: (random) => random.pick(['Europe/Paris', 'America/New_York', 'Nulle/Part']),
  password: () => 'jacinthes-et-narcisses',
  issuer: (random) => `https://essai${random.integer(1, 5)}.example`,
  website: () => 'https://essai.example',
  phone: () => '+33 1 23 45 67 89',
  mobile: () => '+33 6 12 34 56 78',
  fax: () => '+33 1 23 45 67 80',
  preferredLanguage: () => 'fr',
};

/** `updateCustomer` → `customer`, `resetUserPassword` → `user`, `rotateApiKey` → `apiKey` */
export function kindOf(mutation: string): string {
  const [name = ''] = /Customer|Contact|Opportunity|Activity|User|Tenant|ApiKey|IdentityProvider/.exec(mutation) ?? [];
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** Every scalar of the payload and of the objects in it. */
function selectionOf(type: MutationField['type']): string {
  const payload = getNamedType(type);
  if (!isObjectType(payload)) throw new Error(`${String(type)} is no object.`);
  const objects = Object.values(payload.getFields()).map((field) => {
    const inner = getNamedType(field.type);
    return isObjectType(inner) ? `${field.name} { ${scalarsOf(inner)} }` : field.name;
  });
  return objects.join(' ');
}

function scalarsOf(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).filter(({ type: inner }) => {
    const named = getNamedType(inner);
    return isScalarType(named) || isEnumType(named);
  });
  return fields.map(({ name }) => name).join(' ');
}

/** What a mutation answers with, as far as these tests look at it. */
interface GraphqlBody {
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

export function payloadIn({ body }: Answer, name: string): Readonly<Record<string, unknown>> | undefined {
  return (body as GraphqlBody).data?.[name] ?? undefined;
}

/** @returns the code of the error, or OK */
export function codeOf({ body }: Answer): string {
  return (body as GraphqlBody).errors?.[0]?.extensions.code ?? 'OK';
}

/** Adds the id of a new record to those that are known. */
export function rememberRecord(name: string, answer: Answer, ids: Map<string, string[]>): void {
  const recordType = kindOf(name);
  const record = payloadIn(answer, name)?.[recordType];
  // New users have no password that anybody knows.
  if (!name.startsWith('create') || recordType === 'user' || record === undefined) return;
  ids.get(recordType)?.push((record as { readonly id: string }).id);
}
