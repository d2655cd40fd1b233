/** The one table of error codes. docs/errors.md and the enums ErrorCode of GraphQL and OpenAPI are made from it. */
import type { Sentence } from './sentence.js';

export type Transport = 'REST' | 'GraphQL';

export interface CatalogueEntry {
  /** HTTP status when the whole request is rejected: always in REST, in GraphQL only before the document runs. */
  readonly status: number;
  readonly title: Sentence;
  /** For developers. */
  readonly when: string;
  /** The one transport that answers with it; absent for both. */
  readonly only?: Transport;
  /** Fields of `details`. */
  readonly details?: readonly string[];
  /** Whether each wrong field is named: `errors` in REST, `fields` in GraphQL. */
  readonly namesFields?: true;
  /** Whether `Retry-After` says when to try again. */
  readonly isTemporary?: true;
}

/** The codes are API: adding one is fine, renaming one breaks clients. */
export const ERROR_CATALOGUE = {
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    title: { fr: 'Requête persistée inconnue', en: 'Unknown persisted query' },
    when: 'The text of this hash is not known, or not to somebody who is not signed in: send it along.',
    only: 'GraphQL',
  },
  MALFORMED_REQUEST: {
    status: 400,
    title: { fr: 'Requête illisible', en: 'Malformed request' },
    when: 'The body is no JSON, or a header or parameter cannot be read.',
  },
  TENANT_HEADER_INVALID: {
    status: 400,
    title: { fr: 'En-tête X-Tenant-ID invalide', en: 'Invalid X-Tenant-ID header' },
    when: 'X-Tenant-ID is no id of a tenant, or was sent more than once.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    title: { fr: 'Document GraphQL illisible', en: 'Unreadable GraphQL document' },
    when: 'The document is not GraphQL; the message says where.',
    only: 'GraphQL',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    title: { fr: 'Document GraphQL invalide', en: 'Invalid GraphQL document' },
    when: 'The document does not fit the schema; the message says why.',
    only: 'GraphQL',
  },
  BAD_USER_INPUT: {
    status: 400,
    title: { fr: 'Variables GraphQL invalides', en: 'Invalid GraphQL variables' },
    when: 'A variable or argument does not fit its type, or a page is larger than 100.',
    only: 'GraphQL',
    namesFields: true,
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    title: { fr: 'Requête trop coûteuse', en: 'Query too complex' },
    when: "Too large: a document's structure (`measure`), its cost (`requested`), or a pipeline (`groups`).",
    only: 'GraphQL',
    details: ['measure', 'requested', 'objects', 'conditions', 'groups', 'limit'],
  },
  UNAUTHENTICATED: {
    status: 401,
    title: { fr: 'Authentification requise', en: 'Authentication required' },
    when: "There is no token, it is neither one of ours nor one of the company's, its session has ended, or the sign-in failed.",
  },
  TOKEN_EXPIRED: {
    status: 401,
    title: { fr: 'Jeton expiré', en: 'Token expired' },
    when: 'The access token is too old: refresh the session.',
  },
  TENANT_HEADER_REQUIRED: {
    status: 401,
    title: { fr: 'En-tête X-Tenant-ID requis', en: 'X-Tenant-ID header required' },
    when: 'X-Tenant-ID is missing or empty.',
  },
  TENANT_MISMATCH: {
    status: 403,
    title: { fr: 'Tenant incohérent', en: 'Tenant mismatch' },
    when: 'X-Tenant-ID names another tenant than the token.',
  },
  FORBIDDEN: {
    status: 403,
    title: { fr: 'Action non autorisée', en: 'Forbidden' },
    when: "The caller's role, or somebody else's ownership of the record, does not allow it; an identity provider's token makes nobody a user.",
    details: ['permission', 'contact_id', 'reason'],
  },
  NOT_FOUND: {
    status: 404,
    title: { fr: 'Introuvable', en: 'Not found' },
    when: 'The record does not exist, is deleted or is of another tenant. A query of GraphQL answers null instead.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    title: { fr: 'Route inconnue', en: 'Unknown route' },
    when: 'Nothing is served under this path.',
    only: 'REST',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: { fr: 'Méthode non autorisée', en: 'Method not allowed' },
    when: 'The path has other methods, which `Allow` names; a mutation was sent by GET.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    title: { fr: 'Représentation non disponible', en: 'Not acceptable' },
    when: '`Accept` leaves none of the media types that we have.',
    only: 'GraphQL',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    title: { fr: 'Requête interrompue', en: 'Request timeout' },
    when: 'The request did not come to its end within 30 seconds.',
    only: 'REST',
  },
  DUPLICATE: {
    status: 409,
    title: { fr: 'Doublon', en: 'Duplicate' },
    when: 'Another record has the same code, e-mail address or issuer.',
    details: ['field', 'existing_id'],
  },
  ILLEGAL_TRANSITION: {
    status: 409,
    title: { fr: 'Transition impossible', en: 'Illegal transition' },
    when: 'The record is in a state that does not allow it.',
    details: ['from', 'allowed', 'customer_id', 'reason'],
  },
  QUOTA_EXCEEDED: {
    status: 409,
    title: { fr: 'Limite atteinte', en: 'Quota exceeded' },
    when: 'The tenant holds as many records of the kind as it may.',
    details: ['resource', 'limit', 'used'],
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    title: { fr: 'Requête déjà en cours', en: 'Request already in progress' },
    when: 'The first request with this Idempotency-Key is still running.',
    isTemporary: true,
  },
  VERSION_CONFLICT: {
    status: 412,
    title: { fr: 'Version périmée', en: 'Version conflict' },
    when: '`If-Match` or expectedVersion is not the version that the record has now.',
    details: ['current_version'],
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    title: { fr: 'Requête trop volumineuse', en: 'Payload too large' },
    when: 'The body is larger than 1 MiB.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: { fr: 'Type de contenu non pris en charge', en: 'Unsupported media type' },
    when: 'The body is not uncompressed JSON in UTF-8.',
  },
  VALIDATION_FAILED: {
    status: 422,
    title: { fr: 'Données invalides', en: 'Validation failed' },
    when: 'Members of the input, or parameters, break a rule.',
    namesFields: true,
  },
  INVALID_CURSOR: {
    status: 422,
    title: { fr: 'Curseur invalide', en: 'Invalid cursor' },
    when: 'The cursor is none of ours, or of another list, filter, order or tenant.',
  },
  ANSWER_TOO_LARGE: {
    status: 422,
    title: { fr: 'Réponse trop volumineuse', en: 'Answer too large' },
    when: 'The answer, or the rows read for it, would have too many bytes. In GraphQL: status 200, `data` null; changes were made.',
    details: ['limit'],
  },
  EXPORT_TOO_LARGE: {
    status: 422,
    title: { fr: 'Export trop volumineux', en: 'Export too large' },
    when: 'The file would have more rows than one may have: ask for it in several files, with page=1.',
    only: 'REST',
    details: ['rows', 'limit'],
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: { fr: "Clé d'idempotence réutilisée", en: 'Idempotency key reused' },
    when: 'The Idempotency-Key was used for another request.',
  },
  RATE_LIMITED: {
    status: 429,
    title: { fr: 'Trop de requêtes', en: 'Too many requests' },
    when: 'Too many requests, or too many failed sign-ins.',
    isTemporary: true,
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    title: { fr: 'En-têtes trop volumineux', en: 'Headers too large' },
    when: 'The request line and the headers are larger than 16 KiB. Also on /graphql, as a problem document.',
    only: 'REST',
  },
  INTERNAL: {
    status: 500,
    title: { fr: 'Erreur interne', en: 'Internal error' },
    when: 'A fault of ours: the log has its cause under the request id.',
  },
  NOT_IMPLEMENTED: {
    status: 501,
    title: { fr: 'Méthode inconnue', en: 'Method not implemented' },
    when: 'The method is none that HTTP or this service knows. On every path, as a problem document.',
    only: 'REST',
  },
  UNAVAILABLE: {
    status: 503,
    title: { fr: 'Service indisponible', en: 'Service unavailable' },
    when: 'The database is away or too busy, or an identity provider does not answer.',
    isTemporary: true,
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
