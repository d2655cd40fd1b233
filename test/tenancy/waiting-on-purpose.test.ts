import pg from 'pg';
import { RequestConnections } from '../../src/tenancy/request-connections.js';
import { TenantTurns } from '../../src/tenancy/tenant-turns.js';

test('the deadline of a request leaves its waits out, and waits at the same time once', () => {
  const pool = new pg.Pool();
  const deadline = performance.now() + 1000;
  const connections = new RequestConnections({ pool, turns: new TenantTurns(1) }, deadline);
  const now = performance.now();
  for (const since of [now - 500, now - 500, now - 300]) connections.leaveOutWait(since);
  expect(connections.deadline).toBeGreaterThanOrEqual(deadline + 500);
  expect(connections.deadline).toBeLessThan(deadline + 700);
});
