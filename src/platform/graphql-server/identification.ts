/** Rejects operations of unidentified callers, except those that only select public root fields. Default deny. */
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { AppError, type Sentence } from '../errors/errors.js';
import { fieldsOf, fragmentsOf } from '../graphql-schema/fragments.js';
import { getOrMake } from '../values/get-or-make.js';

const ROOT_TYPES = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

const CROSS_SITE: Sentence = {
  fr: "Requête GET bloquée : ajoutez l'en-tête « apollo-require-preflight: true », qui exclut une falsification intersites.",
  en: 'GET request blocked: add the header "apollo-require-preflight: true", which rules out cross-site request forgery.',
};

/** The part of a context that identifies the caller. */
export interface Identified {
  readonly actor?: unknown;
  readonly rejection?: AppError | undefined;
}

interface Exposure {
  /** True when only introspection fields are selected: what they answer is the same for everybody. */
  readonly isMeta: boolean;
  readonly isPublic: boolean;
}

const NOTHING_PUBLIC: Exposure = { isMeta: false, isPublic: false };

type Operation = OperationDefinitionNode | undefined;

export interface Identification {
  /** @throws AppError when the operation needs an actor and the context has none */
  readonly requireActor: (operation: Operation, document: DocumentNode, context: Identified) => void;
  /** @throws AppError when the operation selects more than introspection: a page of another site could have sent it */
  readonly requireMeta: (operation: Operation, document: DocumentNode) => void;
}

export function isIdentified({ actor }: Identified): boolean {
  return actor !== undefined && actor !== null;
}

/**
 * Creates both checks. They cache the result for each operation.
 * @param isSchemaPublic whether `__schema` and `__type` need no actor
 */
export function createIdentification(publicFields: ReadonlySet<string>, isSchemaPublic = true): Identification {
  const exposures = new WeakMap<OperationDefinitionNode, Exposure>();

  function exposureOf(operation: Operation, document: DocumentNode): Exposure {
    if (operation === undefined) return NOTHING_PUBLIC;
    return getOrMake(exposures, operation, () => {
      const rootType = ROOT_TYPES[operation.operation];
      const names = fieldsOf([operation.selectionSet], fragmentsOf(document)).map(({ name }) => name.value);
      // If introspection is off, validation rejects `__schema` and `__type` for everybody.
      const isMeta = (name: string) => name.startsWith('__');
      const isPublicMeta = (name: string) => name === '__typename' || (isSchemaPublic && isMeta(name));
      const isPublic = names.every((name) => isPublicMeta(name) || publicFields.has(`${rootType}.${name}`));
      return { isMeta: names.every(isMeta), isPublic };
    });
  }

  return {
    requireActor: (operation, document, context) => {
      if (isIdentified(context)) return;
      if (!exposureOf(operation, document).isPublic) throw context.rejection ?? new AppError('UNAUTHENTICATED');
    },
    requireMeta: (operation, document) => {
      if (!exposureOf(operation, document).isMeta) throw new AppError('MALFORMED_REQUEST', CROSS_SITE);
    },
  };
}
