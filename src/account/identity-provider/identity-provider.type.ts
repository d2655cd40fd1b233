import { connectionOf } from '../../platform/graphql-schema/connection.js';
import { IdentityProvider } from '../../access/identity/identity-provider.entity.js';

export const IdentityProviderConnection = connectionOf(
  'IdentityProvider',
  () => IdentityProvider,
  'identity providers',
);
