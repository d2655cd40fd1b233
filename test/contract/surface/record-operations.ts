/** What every record type has: create, read, list, change, delete, restore, export. */
import { payloadOf, type GraphqlOperations, type RestOperations } from './operation.js';
import type { Target } from './target.js';

type Fields = (target: Target) => Readonly<Record<string, unknown>>;

interface RecordType {
  readonly recordType: 'customer' | 'contact' | 'opportunity' | 'activity';
  readonly many: 'customers' | 'contacts' | 'opportunities' | 'activities';
  readonly id: (target: Target) => string;
  readonly deletedId: (target: Target) => string;
  /** The smallest new record and one change, in words that both transports have in common: `name`, not `first_name`. */
  readonly create: { readonly rest: Fields; readonly graphql: Fields };
  readonly change: { readonly rest: Fields; readonly graphql: Fields };
  /** What a list shows: every other record that it leads to. */
  readonly selection: string;
}

export function recordRest({ recordType, many, id, deletedId, create, change }: RecordType): RestOperations {
  const path = `/v1/commercial/${many}`;
  const update = { needs: `${recordType}:update`, id, body: change.rest } as const;
  return {
    [`GET ${path}`]: { needs: `${recordType}:read` },
    [`POST ${path}`]: { needs: `${recordType}:create`, body: create.rest },
    [`GET ${path}/{id}`]: { needs: `${recordType}:read`, id },
    [`PUT ${path}/{id}`]: update,
    [`PATCH ${path}/{id}`]: update,
    [`DELETE ${path}/{id}`]: { needs: `${recordType}:delete`, id },
    [`POST ${path}/{id}/restore`]: { needs: `${recordType}:restore`, id: deletedId },
    [`GET /v1/commercial/export/${many}`]: { needs: `${recordType}:export` },
  };
}

export function recordGraphql(kind: RecordType): GraphqlOperations {
  const { recordType, many, id, deletedId, create, change, selection } = kind;
  const Noun = recordType.charAt(0).toUpperCase() + recordType.slice(1);
  const record = payloadOf(recordType);
  return {
    [`Query.${recordType}`]: { needs: `${recordType}:read`, selection, variables: (t) => ({ id: id(t) }) },
    [`Query.${many}`]: { needs: `${recordType}:read`, selection: `{ totalCount nodes ${selection} }` },
    [`Mutation.create${Noun}`]: {
      needs: `${recordType}:create`,
      selection: payloadOf(recordType, selection),
      variables: (t) => ({ input: create.graphql(t) }),
    },
    [`Mutation.update${Noun}`]: {
      needs: `${recordType}:update`,
      selection: payloadOf(recordType, selection),
      variables: (t) => ({ id: id(t), input: change.graphql(t) }),
    },
    [`Mutation.delete${Noun}`]: { needs: `${recordType}:delete`, selection: record, variables: (t) => ({ id: id(t) }) },
    [`Mutation.restore${Noun}`]: {
      needs: `${recordType}:restore`,
      selection: record,
      variables: (t) => ({ id: deletedId(t) }),
    },
  };
}
