/** Every refusal of the product: one code, one HTTP status, one sentence in each language. */

/** A sentence for people. French is the default language of the API. */
export interface Sentence {
  readonly fr: string;
  readonly en: string;
}

export type Language = keyof Sentence;

interface CatalogueEntry {
  readonly status: number;
  readonly title: Sentence;
}

/** The codes are API: adding one is fine, renaming one breaks clients. */
export const ERROR_CATALOGUE = {
  MALFORMED_REQUEST: { status: 400, title: { fr: 'Requête illisible', en: 'Malformed request' } },
  TENANT_HEADER_INVALID: {
    status: 400,
    title: { fr: 'En-tête X-Tenant-ID invalide', en: 'Invalid X-Tenant-ID header' },
  },
  GRAPHQL_PARSE_FAILED: { status: 400, title: { fr: 'Document GraphQL illisible', en: 'Unreadable GraphQL document' } },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    title: { fr: 'Document GraphQL invalide', en: 'Invalid GraphQL document' },
  },
  BAD_USER_INPUT: { status: 400, title: { fr: 'Variables GraphQL invalides', en: 'Invalid GraphQL variables' } },
  QUERY_TOO_COMPLEX: { status: 400, title: { fr: 'Requête trop coûteuse', en: 'Query too complex' } },
  UNAUTHENTICATED: { status: 401, title: { fr: 'Authentification requise', en: 'Authentication required' } },
  TOKEN_EXPIRED: { status: 401, title: { fr: 'Jeton expiré', en: 'Token expired' } },
  TENANT_HEADER_REQUIRED: {
    status: 401,
    title: { fr: 'En-tête X-Tenant-ID requis', en: 'X-Tenant-ID header required' },
  },
  TENANT_MISMATCH: { status: 403, title: { fr: 'Tenant incohérent', en: 'Tenant mismatch' } },
  FORBIDDEN: { status: 403, title: { fr: 'Action non autorisée', en: 'Forbidden' } },
  NOT_FOUND: { status: 404, title: { fr: 'Introuvable', en: 'Not found' } },
  ROUTE_NOT_FOUND: { status: 404, title: { fr: 'Route inconnue', en: 'Unknown route' } },
  METHOD_NOT_ALLOWED: { status: 405, title: { fr: 'Méthode non autorisée', en: 'Method not allowed' } },
  NOT_ACCEPTABLE: { status: 406, title: { fr: 'Représentation non disponible', en: 'Not acceptable' } },
  DUPLICATE: { status: 409, title: { fr: 'Doublon', en: 'Duplicate' } },
  ILLEGAL_TRANSITION: { status: 409, title: { fr: 'Transition impossible', en: 'Illegal transition' } },
  QUOTA_EXCEEDED: { status: 409, title: { fr: 'Limite atteinte', en: 'Quota exceeded' } },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, title: { fr: 'Requête déjà en cours', en: 'Request already in progress' } },
  VERSION_CONFLICT: { status: 412, title: { fr: 'Version périmée', en: 'Version conflict' } },
  PAYLOAD_TOO_LARGE: { status: 413, title: { fr: 'Requête trop volumineuse', en: 'Payload too large' } },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: { fr: 'Type de contenu non pris en charge', en: 'Unsupported media type' },
  },
  VALIDATION_FAILED: { status: 422, title: { fr: 'Données invalides', en: 'Validation failed' } },
  INVALID_CURSOR: { status: 422, title: { fr: 'Curseur invalide', en: 'Invalid cursor' } },
  EXPORT_TOO_LARGE: { status: 422, title: { fr: 'Export trop volumineux', en: 'Export too large' } },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: { fr: "Clé d'idempotence réutilisée", en: 'Idempotency key reused' } },
  RATE_LIMITED: { status: 429, title: { fr: 'Trop de requêtes', en: 'Too many requests' } },
  INTERNAL: { status: 500, title: { fr: 'Erreur interne', en: 'Internal error' } },
  UNAVAILABLE: { status: 503, title: { fr: 'Service indisponible', en: 'Service unavailable' } },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What is wrong with one member of an input. `path` is in API names, outermost first: `['tags', 3]`. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  /** Stable word for programs: REQUIRED, TOO_LONG, UNKNOWN_MEMBER, NOT_IN_RANGE … */
  readonly code: string;
  readonly message: Sentence;
}

interface AppErrorOptions {
  readonly fields?: readonly FieldError[];
  /** Facts for programs (`limit`, `used`, `existing_id` …): snake_case keys, the same on both edges; never a value that was sent. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** The fault behind it: for the log, never for the caller. */
  readonly cause?: unknown;
}

/** A refusal that both edges translate: REST to problem+json, GraphQL to an error with extensions. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly sentence: Sentence;
  readonly fields: readonly FieldError[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, sentence: Sentence = ERROR_CATALOGUE[code].title, options: AppErrorOptions = {}) {
    super(sentence.en, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.sentence = sentence;
    this.fields = options.fields;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

const VALIDATION_SENTENCE: Sentence = { fr: 'Certaines données sont invalides.', en: 'Some of the data are invalid.' };

/** @returns a 422 that names each wrong member */
export function validationError(fields: readonly FieldError[]): AppError {
  return new AppError('VALIDATION_FAILED', VALIDATION_SENTENCE, { fields });
}

/** French unless the first language that the caller lists, and that we speak, is English (RFC 9110 §12.5.4, without weights' ties). */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  if (acceptLanguage === undefined) return 'fr';
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((q) => q !== undefined);
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ language, weight }) => (language === 'fr' || language === 'en') && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return wanted[0]?.language === 'en' ? 'en' : 'fr';
}
