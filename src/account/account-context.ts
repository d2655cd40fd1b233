/** The GraphQL context of this folder's resolvers. */
import type { Call, RequestContext } from '../access/identity/request-context.js';
import type { AccountDependencies } from './account-dependencies.js';

/** For operations that need no sign-in: the caller may be unknown. */
export type AccountCall = Call & { readonly account: AccountDependencies };

/** Of a signed-in caller. */
export type AccountContext = RequestContext & { readonly account: AccountDependencies };
