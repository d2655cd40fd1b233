/** Values by chance: as a JSON schema or a GraphQL type wants them, nearly so, or hostile. */
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';
import { HOSTILE_TEXTS } from '../../contract/surface/hostile-texts.js';
import type { Random } from '../random.js';

type Json = Readonly<Record<string, unknown>>;

const TEXTS = [
  '',
  'x',
  'Société Générale',
  '2026-03-31',
  '2026-03-31T10:00:00+02:00',
  '50000.00',
  '-1',
  'NaN',
  'true',
  'null',
];
const PLAIN = ['x', 'Société Générale', 'Dupont', '0611223344'];
const NUMBERS = [0, 1, -1, 20, 100, 101, 2_147_483_648, 1e21, 0.1 + 0.2, -0, 9_007_199_254_740_993];
const ODD: readonly unknown[] = [
  null,
  [],
  {},
  [[[]]],
  { $gt: '' },
  { toString: 1 },
  JSON.parse('{"__proto__": {"a": 1}}'),
  false,
  1e308,
];

const FORMATS = new Map<unknown, string>([
  ['date', '2026-03-31'],
  ['date-time', '2026-03-31T10:00:00Z'],
  ['email', 'p@essai.example'],
]);
const SCALARS = new Map([
  ['Date', '2026-03-31'],
  ['DateTime', '2026-03-31T10:00:00Z'],
  ['DateOrDateTime', '2026-03-31'],
  ['Decimal', '50000.00'],
]);

export class FuzzValues {
  /** Ids and cursors that answers held: what is asked next is about records that are there. */
  private readonly known: string[] = [];
  /** Of one value of the request: for some requests 0, so that they get as far as the database. */
  private oddity = 0;

  constructor(readonly random: Random) {}

  /** Call it before the values of each request. */
  nextRequest(): void {
    this.oddity = this.random.pick([0, 0, 0.02, 0.2]);
  }

  learn(text: string): void {
    for (const [found] of text.matchAll(/[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g)) {
      if (this.known.length < 300) this.known.push(found);
      else this.known[this.random.integer(0, 299)] = found;
      if (this.random.chance(0.5)) return;
    }
  }

  id(): string {
    const { random } = this;
    if (this.known.length > 0 && random.chance(0.6)) return random.pick(this.known);
    return random.chance(this.oddity) ? this.hostile() : '01a20000-0000-7000-8000-000000000000';
  }

  hostile(): string {
    return this.random.pick(Object.values(HOSTILE_TEXTS));
  }

  text(): string {
    const { random } = this;
    if (random.chance(2 * this.oddity)) return this.hostile();
    return random.chance(0.1) ? this.id() : random.pick(this.oddity > 0 ? TEXTS : PLAIN);
  }

  /** Of an OpenAPI schema. */
  bySchema(schema: Json, schemas: Json, depth = 0): unknown {
    const { random } = this;
    if (random.chance(this.oddity)) return random.pick(ODD);
    const { $ref, enum: words, anyOf } = schema;
    if (typeof $ref === 'string') return this.bySchema(named($ref, schemas), schemas, depth);
    if (Array.isArray(words) && !random.chance(this.oddity)) return random.pick(words);
    if (Array.isArray(anyOf)) return this.bySchema(asJson(random.pick(anyOf)), schemas, depth);
    return this.structure(schema, schemas, depth) ?? this.scalar([schema.type].flat(), schema.format);
  }

  private structure({ items, properties }: Json, schemas: Json, depth: number): unknown {
    if (depth >= 4) return undefined;
    if (properties !== undefined) return this.fields(asJson(properties), schemas, depth);
    if (items === undefined) return undefined;
    const length = this.random.integer(0, 3);
    return Array.from({ length }, () => this.bySchema(asJson(items), schemas, depth + 1));
  }

  private fields(properties: Json, schemas: Json, depth: number): Json {
    const { random } = this;
    const share = random.pick([0.2, 0.5, 1]);
    const chosen = Object.entries(properties).filter(() => random.chance(share));
    const fields = chosen.map(([name, field]) => [name, this.bySchema(asJson(field), schemas, depth + 1)]);
    if (random.chance(this.oddity)) fields.push([this.hostile(), 1]);
    return Object.fromEntries(fields) as Json;
  }

  private scalar(types: readonly unknown[], format: unknown): unknown {
    const { random } = this;
    if (types.includes('boolean')) return random.chance(0.5);
    if (types.includes('integer') || (types.includes('number') && random.chance(0.5))) return this.number();
    if (format === 'uuid') return this.id();
    const sound = random.chance(this.oddity) ? undefined : FORMATS.get(format);
    return sound ?? this.text();
  }

  private number(): number {
    return this.random.pick(this.oddity > 0 ? NUMBERS : [1, 5, 20]);
  }

  /** Of a GraphQL type. */
  byType(type: GraphQLInputType, depth = 0): unknown {
    const { random } = this;
    if (random.chance(this.oddity)) return random.pick(ODD);
    if (isNonNullType(type)) return this.byType(type.ofType, depth);
    if (isListType(type))
      return Array.from({ length: random.integer(0, 2) }, () => this.byType(type.ofType, depth + 1));
    if (isEnumType(type)) return random.chance(this.oddity) ? this.hostile() : random.pick(type.getValues()).name;
    if (isInputObjectType(type)) return this.input(type, depth);
    return this.byScalar(type.name);
  }

  private input(type: GraphQLInputObjectType, depth: number): unknown {
    const fields = Object.values(type.getFields());
    const share = depth > 3 ? 0.03 : this.random.pick([0.1, 0.4, 1 / (depth + 1)]);
    const chosen = fields.filter((field) => isNonNullType(field.type) || this.random.chance(share));
    return Object.fromEntries(chosen.map((field) => [field.name, this.byType(field.type, depth + 1)]));
  }

  private byScalar(name: string): unknown {
    const { random } = this;
    if (name === 'Boolean') return random.chance(0.5);
    if (name === 'Int' || name === 'Float') return this.number();
    if (random.chance(this.oddity)) return this.text();
    return SCALARS.get(name) ?? (name === 'ID' ? this.id() : this.text());
  }
}

/** `#/components/schemas/Customer` */
function named(reference: string, schemas: Json): Json {
  return asJson(schemas[reference.replace(/.*\//, '')]);
}

export function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
