import { ApiKey } from '../../access/identity/api-key.entity.js';
import { connectionOf } from '../../platform/graphql-schema/connection.js';

export const ApiKeyConnection = connectionOf('ApiKey', () => ApiKey, 'API keys');
