/** The frozen JSON of API keys. */
import { keyPrefix } from '../../access/identity/key-text.js';
import {
  instant,
  integer,
  nullable,
  restSerializer,
  text,
  textList,
  unversioned,
  uuid,
} from '../../platform/rest/serializer.js';
import type { ApiKeyRow } from './api-key.query.js';
import type { NewApiKey } from './api-key.service.js';

interface ApiKeyRecord extends ApiKeyRow {
  readonly prefix: string;
}

/** @returns the key as its JSON is written from */
export function toApiKeyRecord(key: ApiKeyRow): ApiKeyRecord {
  return { ...key, prefix: keyPrefix(key.id) };
}

const FIELDS = {
  id: uuid('Id of the key. It is random.'),
  name: text('What the key is for.'),
  userId: uuid('Whose key it is.'),
  prefix: text('How the key begins: `crm_` and the first eight characters of its id.'),
  permissions: nullable(
    textList(
      'What it is narrowed to, from `/v1/meta/permissions`; null for all of its user’s rights that need not be named.',
    ),
  ),
  expiresAt: instant('When it ends.'),
  lastUsedAt: unversioned(nullable(instant('When it was last used, to the minute; null if never.'))),
  createdAt: instant('When it was made.'),
  createdById: nullable(uuid('Id of the user who made it; null for an operator.')),
  revokedAt: nullable(instant('When it was revoked; null if it was not.')),
  version: integer('Grows by one with every change.'),
};

export const apiKeySerializer = restSerializer<ApiKeyRecord>('ApiKey', FIELDS);

export const newApiKeySerializer = restSerializer<ApiKeyRecord & Pick<NewApiKey, 'secret'>>('NewApiKey', {
  ...FIELDS,
  secret: nullable(text('The whole key, in this one answer only; null in a replay and in a dry run.')),
});
