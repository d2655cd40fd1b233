/** Every error of the product: one code, one HTTP status, one sentence in each language. */
import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.js';
import type { Language, Sentence } from './sentence.js';

/** Re-exported for modules that throw or translate errors. */
export { ERROR_CATALOGUE, type ErrorCode, type Language, type Sentence };

/** An error in one input field. `path` has API names, outermost first: `['tags', 3]`. */
export interface FieldError {
  readonly path: readonly (string | number)[];
  /** Stable word for programs: REQUIRED, TOO_LONG, UNKNOWN_MEMBER, NOT_IN_RANGE … */
  readonly code: string;
  readonly message: Sentence;
}

interface AppErrorOptions {
  readonly fields?: readonly FieldError[];
  /** Machine-readable metadata (`limit`, `used`, `existing_id` …) in snake_case, the same on both transports. Never a sent value. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** The underlying error: for the log, never for the caller. */
  readonly cause?: unknown;
}

/** An error that both transports translate: REST to problem+json, GraphQL to an error with extensions. */
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

/** @returns a 422 that names each wrong field */
export function validationError(fields: readonly FieldError[]): AppError {
  return new AppError('VALIDATION_FAILED', VALIDATION_SENTENCE, { fields });
}

/** English if the caller prefers it to French, else French (RFC 9110 §12.5.4; equal weights count in their order). */
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
