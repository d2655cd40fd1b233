/** The frozen JSON of identity providers. */
import { Role } from '../../access/identity/user.entity.js';
import {
  boolean,
  instant,
  integer,
  json,
  nullable,
  oneOf,
  restSerializer,
  text,
  textList,
  uuid,
} from '../../platform/rest/serializer.js';
import type { IdentityProviderRow } from './identity-provider.query.js';

export const identityProviderSerializer = restSerializer<IdentityProviderRow>('IdentityProvider', {
  id: uuid('Id of the provider.'),
  issuer: text('What `iss` of its tokens is, character by character.'),
  audience: textList('One of these must be in `aud` of a token.'),
  algorithms: textList('How its tokens may be signed: `RS256`, `PS256`, `ES256`, `EdDSA`.'),
  jwks: nullable(json('Its public keys, as a JWKS; null where they are fetched by OpenID discovery.')),
  emailClaim: text('The claim that holds the e-mail address.'),
  nameClaim: text('The claim that holds first and last name.'),
  roleClaim: nullable(text('The claim that says the role; null where roles are managed here.')),
  roleMap: json('Value of the role claim → role.'),
  defaultRole: nullable(
    oneOf(Object.values(Role), 'The role of whoever has no mapped one; null: they do not come in.'),
  ),
  linkByEmail: boolean('Whether a verified e-mail address makes somebody the user of the same address.'),
  createdAt: instant('When it was registered.'),
  createdById: nullable(uuid('Id of the user who registered it.')),
  updatedAt: instant('When it last changed.'),
  version: integer('Grows by one with every change.'),
});
