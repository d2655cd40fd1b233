/** Attributes of a request's span, by OpenTelemetry's semantic conventions. Their values come from routes, the schema and the catalogue, and ids. */
import { METHODS } from 'node:http';
import { ERROR_CATALOGUE } from '../../platform/errors/errors.js';
import type { EndedRequest } from './tracing.js';

type Attributes = Readonly<Record<string, string | number | string[] | undefined>>;

const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

export function methodOf(method: string): string {
  return KNOWN_METHODS.has(method) ? method : '_OTHER';
}

/** Codes that say that the service or its database failed, and not the caller. */
const FAULTS: ReadonlySet<string> = new Set(
  Object.entries(ERROR_CATALOGUE).flatMap(([code, { status }]) => (status >= 500 ? [code] : [])),
);

export function isFault(code: string): boolean {
  return FAULTS.has(code);
}

export function attributesOf({ status, operation, ...caller }: EndedRequest): Attributes {
  return {
    'http.response.status_code': status,
    'crm.operation': operation,
    'crm.tenant.id': caller.tenantId,
    'user.id': caller.actorId,
    'crm.credential': caller.credential,
    ...(caller.errorCodes.size > 1 && { 'crm.error_codes': [...caller.errorCodes] }),
  };
}
