/** The payloads of mutations of identity providers. */
import { payloadOf } from '../../platform/graphql-schema/mutation-payload.js';
import { IdentityProvider } from '../../access/identity/identity-provider.entity.js';

const payload = (name: string, description: string) =>
  payloadOf({ name, field: 'identityProvider', record: () => IdentityProvider, description });

export const CreateIdentityProviderPayload = payload('CreateIdentityProviderPayload', 'The new provider.');
export const UpdateIdentityProviderPayload = payload('UpdateIdentityProviderPayload', 'The provider as it is now.');
export const DeleteIdentityProviderPayload = payload('DeleteIdentityProviderPayload', 'The provider as it was.');
