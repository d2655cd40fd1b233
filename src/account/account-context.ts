/** What resolvers of this folder find in the GraphQL context. */
import type { Call, RequestContext } from '../access/identity/request-context.js';
import type { AccountDependencies } from './account-dependencies.js';

/** Of operations that need no sign-in: there may be nobody behind the call. */
export type AccountCall = Call & { readonly account: AccountDependencies };

/** Of a signed-in caller. */
export type AccountContext = RequestContext & { readonly account: AccountDependencies };
