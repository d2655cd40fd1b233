/** What every kind of record has: create, read, list, change, delete, restore, export. */
import { payloadOf, type GraphqlOperations, type RestOperations } from './operation.js';
import type { Target } from './target.js';

type Members = (target: Target) => Readonly<Record<string, unknown>>;

interface RecordKind {
  readonly noun: 'customer' | 'contact' | 'opportunity' | 'activity';
  readonly many: 'customers' | 'contacts' | 'opportunities' | 'activities';
  readonly id: (target: Target) => string;
  readonly deletedId: (target: Target) => string;
  /** The smallest new record and one change, in words that both edges have in common: `name`, not `first_name`. */
  readonly create: { readonly rest: Members; readonly graphql: Members };
  readonly change: { readonly rest: Members; readonly graphql: Members };
  /** What a list shows: every other record that it leads to. */
  readonly selection: string;
}

export function recordRest({ noun, many, id, deletedId, create, change }: RecordKind): RestOperations {
  const path = `/v1/commercial/${many}`;
  const update = { needs: `${noun}:update`, id, body: change.rest } as const;
  return {
    [`GET ${path}`]: { needs: `${noun}:read` },
    [`POST ${path}`]: { needs: `${noun}:create`, body: create.rest },
    [`GET ${path}/{id}`]: { needs: `${noun}:read`, id },
    [`PUT ${path}/{id}`]: update,
    [`PATCH ${path}/{id}`]: update,
    [`DELETE ${path}/{id}`]: { needs: `${noun}:delete`, id },
    [`POST ${path}/{id}/restore`]: { needs: `${noun}:restore`, id: deletedId },
    [`GET /v1/commercial/export/${many}`]: { needs: `${noun}:export` },
  };
}

export function recordGraphql(kind: RecordKind): GraphqlOperations {
  const { noun, many, id, deletedId, create, change, selection } = kind;
  const Noun = noun.charAt(0).toUpperCase() + noun.slice(1);
  const record = payloadOf(noun);
  return {
    [`Query.${noun}`]: { needs: `${noun}:read`, selection, variables: (t) => ({ id: id(t) }) },
    [`Query.${many}`]: { needs: `${noun}:read`, selection: `{ totalCount nodes ${selection} }` },
    [`Mutation.create${Noun}`]: {
      needs: `${noun}:create`,
      selection: payloadOf(noun, selection),
      variables: (t) => ({ input: create.graphql(t) }),
    },
    [`Mutation.update${Noun}`]: {
      needs: `${noun}:update`,
      selection: payloadOf(noun, selection),
      variables: (t) => ({ id: id(t), input: change.graphql(t) }),
    },
    [`Mutation.delete${Noun}`]: { needs: `${noun}:delete`, selection: record, variables: (t) => ({ id: id(t) }) },
    [`Mutation.restore${Noun}`]: {
      needs: `${noun}:restore`,
      selection: record,
      variables: (t) => ({ id: deletedId(t) }),
    },
  };
}
