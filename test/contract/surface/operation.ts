/** What the matrices know of an operation: the right that it needs and how it is called. */
import type { Permission } from '../../../src/access/rights/permissions.js';
import type { Target } from './target.js';

/** `open`: anybody. `signed in`: whoever is identified. Else the right that the table of rights must grant. */
export type Need = Permission | 'open' | 'signed in';

export interface RestOperation {
  readonly needs: Need;
  /** An API key is not enough for it. */
  readonly notByKey?: true;
  /** It is about the sign-in itself: no other credential is enough for it. */
  readonly bySession?: true;
  /** @param callerId of what every user has of their own, such as API keys */
  readonly id?: (target: Target, callerId?: string) => string;
  readonly body?: (target: Target) => object | Promise<object>;
}

export interface GraphqlOperation {
  readonly needs: Need;
  /** An API key is not enough for it. */
  readonly notByKey?: true;
  /** It is about the sign-in itself: no other credential is enough for it. */
  readonly bySession?: true;
  readonly selection: string;
  readonly variables?: (target: Target, callerId?: string) => object | Promise<object>;
}

export type RestOperations = Readonly<Record<string, RestOperation>>;
export type GraphqlOperations = Readonly<Record<string, GraphqlOperation>>;

/** What is selected of the payload of a mutation: the record under its own name, and what every payload has. */
export function payloadOf(name: string, selection = '{ id }'): string {
  return `{ ${name} ${selection} changed warnings { code } }`;
}

/** Changes of others' records are rejected where the table of rights says `own`; exports only leave them out. */
export function isOwnable(needs: string): boolean {
  return needs.endsWith(':update');
}
