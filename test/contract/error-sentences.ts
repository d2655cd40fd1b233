/** What errors say where it is more than their title. Both transports say the same unless each has its own. */
import type { Transport } from '../../src/platform/errors/error-catalogue.js';
import type { ErrorCode } from '../../src/platform/errors/errors.js';

export const SENTENCES: Partial<Record<ErrorCode, Partial<Record<Transport, readonly [fr: string, en: string]>>>> = {
  PERSISTED_QUERY_NOT_FOUND: {
    GraphQL: ['PersistedQueryNotFound', 'PersistedQueryNotFound'],
  },
  MALFORMED_REQUEST: {
    REST: ['Le corps doit être un document JSON en UTF-8.', 'The body must be a JSON document in UTF-8.'],
  },
  METHOD_NOT_ALLOWED: {
    REST: ['Méthode non autorisée', 'Method not allowed'],
    GraphQL: [
      'GET ne sert que les requêtes de lecture (query) ; envoyez les autres par POST.',
      'GET serves queries only; send other operations by POST.',
    ],
  },
  TENANT_HEADER_INVALID: {
    REST: [
      "L'en-tête X-Tenant-ID doit figurer une seule fois : 1 à 64 lettres, chiffres, - ou _.",
      'The X-Tenant-ID header must be there once: 1 to 64 letters, digits, - or _.',
    ],
  },
  GRAPHQL_PARSE_FAILED: {
    GraphQL: ['Syntax Error: Expected Name, found <EOF>.', 'Syntax Error: Expected Name, found <EOF>.'],
  },
  GRAPHQL_VALIDATION_FAILED: {
    GraphQL: ['Cannot query field "nothing" on type "Query".', 'Cannot query field "nothing" on type "Query".'],
  },
  BAD_USER_INPUT: {
    GraphQL: ['Variable « $id » : Cette valeur est requise.', 'Variable "$id": This value is required.'],
  },
  QUERY_TOO_COMPLEX: {
    GraphQL: [
      'Requête trop complexe : la mesure « depth » dépasse 12.',
      'Query too complex: the measure "depth" is over 12.',
    ],
  },
  UNAUTHENTICATED: {
    REST: [
      "Un jeton d'accès est requis : Authorization: Bearer …",
      'An access token is required: Authorization: Bearer …',
    ],
  },
  TOKEN_EXPIRED: {
    REST: ['Le jeton a expiré.', 'The token has expired.'],
  },
  TENANT_HEADER_REQUIRED: {
    REST: ["L'en-tête X-Tenant-ID est requis.", 'The X-Tenant-ID header is required.'],
  },
  TENANT_MISMATCH: {
    REST: [
      "Le jeton n'appartient pas au tenant de l'en-tête X-Tenant-ID.",
      'The token does not belong to the tenant of the X-Tenant-ID header.',
    ],
  },
  FORBIDDEN: {
    REST: ["Votre rôle n'autorise pas cette action.", 'Your role does not allow this action.'],
  },
  NOT_FOUND: {
    REST: ['Client non trouvé', 'Customer not found'],
  },
  NOT_ACCEPTABLE: {
    GraphQL: [
      'Les réponses sont en application/json ou application/graphql-response+json.',
      'Answers are application/json or application/graphql-response+json.',
    ],
  },
  DUPLICATE: {
    REST: ['Code client déjà utilisé', 'Customer code already in use'],
  },
  ILLEGAL_TRANSITION: {
    REST: [
      'Seul un prospect ou un lead peut être converti en client.',
      'Only a prospect or a lead can be converted into a customer.',
    ],
  },
  QUOTA_EXCEEDED: {
    REST: ['La limite de 0 est atteinte.', 'The limit of 0 is reached.'],
  },
  IDEMPOTENCY_IN_PROGRESS: {
    REST: [
      "La première requête avec cette clé d'idempotence est encore en cours.",
      'The first request with this idempotency key is still running.',
    ],
  },
  VERSION_CONFLICT: {
    REST: ['La fiche a changé depuis que vous l’avez lue.', 'The record has changed since you read it.'],
  },
  PAYLOAD_TOO_LARGE: {
    REST: ['Le corps dépasse 1 Mio.', 'The body is larger than 1 MiB.'],
  },
  UNSUPPORTED_MEDIA_TYPE: {
    REST: ['Envoyez application/json en UTF-8, sans compression.', 'Send application/json in UTF-8, uncompressed.'],
  },
  VALIDATION_FAILED: {
    REST: ['Certaines données sont invalides.', 'Some of the data are invalid.'],
  },
  INVALID_CURSOR: {
    REST: [
      "Ce curseur n'est pas valable ici : il appartient à une autre liste, un autre filtre ou un autre tri.",
      'This cursor is not valid here: it belongs to another list, filter or order.',
    ],
  },
  ANSWER_TOO_LARGE: {
    REST: [
      'La réponse dépasserait 10000 octets : demandez moins de fiches, ou moins de champs.',
      'The answer would have more than 10000 bytes: ask for fewer records, or fewer fields.',
    ],
  },
  EXPORT_TOO_LARGE: {
    REST: [
      "L'export compte 2 lignes, plus que 1 : demandez-le en plusieurs fichiers avec page=1, puis le lien next de chacun.",
      'The export has 2 rows, more than 1: ask for it in several files with page=1, then the next link of each.',
    ],
  },
  IDEMPOTENCY_KEY_REUSED: {
    REST: [
      "Cette clé d'idempotence a déjà servi pour une autre requête.",
      'This idempotency key was used for another request.',
    ],
  },
  RATE_LIMITED: {
    REST: ['Trop de tentatives de connexion : réessayez plus tard.', 'Too many attempts to sign in: try again later.'],
  },
};
