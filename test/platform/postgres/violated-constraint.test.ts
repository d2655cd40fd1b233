import { DatabaseError } from 'pg-protocol/dist/index.js';
import { violatedConstraint } from '../../../src/platform/postgres/database-errors.js';

function errorOf(fields: Partial<DatabaseError>): DatabaseError {
  const message = 'duplicate key value violates unique constraint "customers_code_key_102045"';
  return Object.assign(new DatabaseError(message, 0, 'error'), { code: '23505', ...fields });
}

describe('the violated constraint', () => {
  test.each<[string, Partial<DatabaseError>, string | undefined]>([
    ['is the one that the server names', { constraint: 'users_email_key' }, 'users_email_key'],
    ['has no shard number', { constraint: 'users_email_key_102045' }, 'users_email_key'],
    ['of a worker of Citus stands in the message', {}, 'customers_code_key'],
    [
      'stands there in the language of the server',
      { message: 'la valeur d’une clé dupliquée rompt la contrainte unique « customers_code_key_102045 »' },
      'customers_code_key',
    ],
    ['is not guessed from other errors', { code: '23503' }, undefined],
  ])('%s', (_name, fields, expected) => {
    expect(violatedConstraint(errorOf(fields))).toBe(expected);
  });
});
