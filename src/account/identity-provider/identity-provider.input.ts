import { InputType } from 'type-graphql';
import { Role } from '../../access/identity/user.entity.js';
import {
  BooleanField,
  EnumField,
  EnumListField,
  JsonObjectField,
  TagsField,
  TextField,
} from '../../platform/input/fields.js';
import { CreationInput } from '../../platform/input/input-plan.js';
import { SignatureAlgorithm, type KeySet } from '../../access/identity/identity-provider.entity.js';

const ISSUER = {
  description: 'What `iss` of its tokens is, character by character: an https address.',
  max: 255,
  form: 'code',
} as const;
const AUDIENCE = {
  description: 'One to five, one of which `aud` of a token must hold.',
  maxItems: 5,
  maxLength: 255,
} as const;
const ALGORITHMS = { description: 'How its tokens may be signed.', maxItems: 4 } as const;
const JWKS = {
  description: 'Its public keys, as a JWKS `{"keys": [...]}`. Without it they are fetched by OpenID discovery.',
} as const;
const CLAIM = { max: 255 } as const;
const EMAIL_CLAIM = { ...CLAIM, description: 'The claim that holds the e-mail address.' } as const;
const NAME_CLAIM = { ...CLAIM, description: 'The claim that holds first and last name.' } as const;
const ROLE_CLAIM = {
  ...CLAIM,
  description:
    'The claim that says the role: its name, or names with dots between them for a claim within others, as `realm_access.roles`. It may be a list. Without it roles are managed here.',
} as const;
const ROLE_MAP = {
  description:
    'Value of the role claim → role, as `{"crm-admin": "admin"}`. Of several the role with most rights counts.',
} as const;
const DEFAULT_ROLE = {
  description: 'The role of whoever has no mapped one. Without it they do not come in.',
} as const;
const LINK = {
  description: 'Whether a verified e-mail address (`email_verified`) makes somebody the user of the same address.',
} as const;

@CreationInput()
@InputType({ description: 'A new identity provider.' })
export class CreateIdentityProviderInput {
  @TextField({ ...ISSUER, required: true })
  issuer!: string;

  @TagsField({ ...AUDIENCE, required: true })
  audience!: readonly string[];

  @EnumListField(SignatureAlgorithm, { ...ALGORITHMS, default: ['RS256'] })
  algorithms?: readonly SignatureAlgorithm[];

  @JsonObjectField(JWKS)
  jwks?: KeySet | null;

  @TextField({ ...EMAIL_CLAIM, default: 'email' })
  emailClaim?: string;

  @TextField({ ...NAME_CLAIM, default: 'name' })
  nameClaim?: string;

  @TextField(ROLE_CLAIM)
  roleClaim?: string | null;

  @JsonObjectField({ ...ROLE_MAP, default: {} })
  roleMap?: object;

  @EnumField(Role, DEFAULT_ROLE)
  defaultRole?: Role | null;

  @BooleanField({ ...LINK, default: false })
  linkByEmail?: boolean;
}

@InputType({ description: 'Changes to an identity provider: absent is untouched.' })
export class UpdateIdentityProviderInput {
  @TextField({ ...ISSUER, nullable: false })
  issuer?: string;

  @TagsField({ ...AUDIENCE, nullable: false })
  audience?: readonly string[];

  @EnumListField(SignatureAlgorithm, { ...ALGORITHMS, nullable: false })
  algorithms?: readonly SignatureAlgorithm[];

  @JsonObjectField(JWKS)
  jwks?: KeySet | null;

  @TextField({ ...EMAIL_CLAIM, nullable: false })
  emailClaim?: string;

  @TextField({ ...NAME_CLAIM, nullable: false })
  nameClaim?: string;

  @TextField(ROLE_CLAIM)
  roleClaim?: string | null;

  @JsonObjectField({ ...ROLE_MAP, nullable: false })
  roleMap?: object;

  @EnumField(Role, DEFAULT_ROLE)
  defaultRole?: Role | null;

  @BooleanField({ ...LINK, nullable: false })
  linkByEmail?: boolean;
}
