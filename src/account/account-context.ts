/** What resolvers of this folder find in the GraphQL context. */
import type { Call, RequestContext } from '../access/identity/request-context.js';
import type { AccountTools } from './account-tools.js';

/** Of operations that need no sign-in: there may be nobody behind the call. */
export type AccountCall = Call & { readonly account: AccountTools };

/** Of a signed-in caller. */
export type AccountContext = RequestContext & { readonly account: AccountTools };
