import { Entity, Property } from '@mikro-orm/decorators/legacy';
import { Field, Int, ObjectType } from 'type-graphql';
import { Role } from './user.entity.js';
import { describedEnum } from '../../platform/graphql-schema/described-enum.js';
import { DateTimeScalar, JsonScalar } from '../../platform/graphql-schema/scalars.js';
import { InstantType, JsonObjectType, TextListType } from '../../platform/postgres/column-types.js';
import { TenantOwned } from '../../tenancy/tenancy.js';

/** Asymmetric ones only: with HS256 a public key would be the secret. */
export const SignatureAlgorithm = describedEnum('SignatureAlgorithm', 'How a provider signs its tokens (RFC 7518).', {
  RS256: 'RSA with PKCS #1 padding and SHA-256.',
  PS256: 'RSA with PSS padding and SHA-256.',
  ES256: 'ECDSA on P-256.',
  EdDSA: 'Ed25519.',
});
export type SignatureAlgorithm = keyof typeof SignatureAlgorithm;

/** Value of the role claim → role. */
export type RoleMap = Readonly<Record<string, Role>>;

/** What `JWKS` documents hold (RFC 7517). */
export interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** An OpenID provider whose tokens a company accepts. `audience`, `algorithms` and `createdBy` are field resolvers. */
@ObjectType({
  description: 'An OpenID provider of the company: its tokens are bearer tokens of this API.',
  simpleResolvers: true,
})
@Entity({ tableName: 'identity_providers' })
export class IdentityProvider extends TenantOwned {
  @Field(() => String, { description: 'What `iss` of its tokens is, character by character.' })
  @Property({ type: 'text' })
  issuer!: string;

  @Property({ type: TextListType })
  audience!: string[];

  @Property({ type: TextListType })
  algorithms!: SignatureAlgorithm[];

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'Its public keys, as a JWKS; null where they are fetched by OpenID discovery.',
  })
  @Property({ type: JsonObjectType, nullable: true })
  jwks!: KeySet | null;

  @Field(() => String, { description: 'The claim that holds the e-mail address.' })
  @Property({ type: 'text' })
  emailClaim!: string;

  @Field(() => String, { description: 'The claim that holds first and last name.' })
  @Property({ type: 'text' })
  nameClaim!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The claim that says the role, as `realm_access.roles`; null where roles are managed here.',
  })
  @Property({ type: 'text', nullable: true })
  roleClaim!: string | null;

  @Field(() => JsonScalar, { description: 'Value of the role claim → role, in the words of REST.' })
  @Property({ type: JsonObjectType })
  roleMap!: RoleMap;

  @Field(() => Role, {
    nullable: true,
    description: 'The role of whoever has no mapped one; null: they do not come in.',
  })
  @Property({ type: 'text', nullable: true })
  defaultRole!: Role | null;

  @Field(() => Boolean, {
    description: 'Whether a verified e-mail address makes somebody the user of the same address.',
  })
  @Property({ type: 'boolean' })
  linkByEmail!: boolean;

  @Field(() => DateTimeScalar, { description: 'When it was registered.' })
  @Property({ type: InstantType })
  createdAt!: string;

  @Property({ type: 'uuid', nullable: true, fieldName: 'created_by' })
  createdById: string | null = null;

  @Field(() => DateTimeScalar, { description: 'When it last changed.' })
  @Property({ type: InstantType })
  updatedAt!: string;

  @Property({ type: InstantType, nullable: true })
  deletedAt: string | null = null;

  @Field(() => Int, { description: 'Grows by one with every change; send it back as expectedVersion.' })
  @Property({ type: 'integer' })
  version!: number;
}
