/** What each role may do with one record type, through both transports: the same questions of every record type. */
import { as, type Answer, type Client } from '../../support/client.js';
import { withRecord } from '../../support/payload.js';
import type { TestService, TestTenant } from '../../support/service.js';
import { eventsOf, graphqlOutcomeOf, outcomeOf } from '../customer/customer-support.js';

export const ROLES = ['admin', 'manager', 'user', 'readonly'] as const;
type Role = (typeof ROLES)[number];

/** One operation through each transport, on a record that somebody else made. */
export interface Operation<Target> {
  readonly name: string;
  readonly rest: (client: Client, target: Target) => Promise<Answer>;
  /** undefined: REST only. */
  readonly graphql?: (client: Client, target: Target) => Promise<Answer>;
  readonly allowed: readonly Role[];
  /** Whether `user` may, when the record is theirs. */
  readonly own?: true;
  /** Fields that the record has before. */
  readonly before?: object;
}

/** `updateContact`, with more arguments behind the id. */
export function mutation(field: string, more = '') {
  return (client: Client, { id }: { readonly id: string }): Promise<Answer> =>
    client.graphql(`mutation ($id: ID!) { ${withRecord(`${field}(id: $id${more})`)} }`, { id });
}

interface KindOfRecord<Target> {
  readonly recordType: string;
  readonly operations: readonly Operation<Target>[];
  /** Known when the tests run. */
  readonly service: () => TestService;
  /** A record of the tenant's admin. */
  readonly make: (tenant: TestTenant, before?: object) => Promise<Target>;
  /** What the tenant's data are, to see that an error left them alone. */
  readonly stateOf: (tenant: TestTenant, target: Target) => Promise<unknown>;
}

export function describeRights<Target>({ recordType, operations, service, make, stateOf }: KindOfRecord<Target>): void {
  const cells = operations.flatMap((operation) => ROLES.map((role) => ({ role, name: operation.name, operation })));
  const isAllowed = ({ role, operation }: (typeof cells)[number]): boolean => operation.allowed.includes(role);

  /** Each error is an event that names the caller and the right; what is allowed leaves none. */
  async function expectAudited(tenant: TestTenant, role: Role, rejections: number): Promise<void> {
    const denied = (await eventsOf(service(), tenant)).filter(({ action }) => action === 'access.denied');
    const event = { entity_type: recordType, user_id: tenant[role].id, user_role: role, success: false };
    expect(denied).toMatchObject(Array(rejections).fill({ ...event, error_code: 'FORBIDDEN' }));
  }

  describe('what each role may do', () => {
    test.each(cells.filter(isAllowed))('a call that is allowed: $role, $name', async ({ role, operation }) => {
      const { rest, graphql, before } = operation;
      const tenant = await service().aTenant();
      const client = as(service(), tenant[role]);

      expect(outcomeOf(await rest(client, await make(tenant, before)))).toMatch(/^20[014]$/);
      const other = await graphql?.(client, await make(tenant, before));
      if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([200, 'OK']);

      await expectAudited(tenant, role, 0);
    });

    test.each(cells.filter((cell) => !isAllowed(cell)))(
      'a call that is rejected: $role, $name',
      async ({ role, operation: { rest, graphql, before } }) => {
        const tenant = await service().aTenant();
        const target = await make(tenant, before);
        const client = as(service(), tenant[role]);
        const state = await stateOf(tenant, target);

        expect(outcomeOf(await rest(client, target))).toBe('403 FORBIDDEN');
        const other = await graphql?.(client, target);
        if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([200, 'FORBIDDEN']);

        expect(await stateOf(tenant, target)).toEqual(state);
        await expectAudited(tenant, role, other ? 2 : 1);
      },
    );

    test.each(operations)('a stranger without a token is rejected: $name', async ({ rest, graphql, before }) => {
      const tenant = await service().aTenant();
      const target = await make(tenant, before);
      const state = await stateOf(tenant, target);

      expect(outcomeOf(await rest(as(service()), target))).toBe('401 UNAUTHENTICATED');
      const other = await graphql?.(as(service()), target);
      if (other) expect([other.status, graphqlOutcomeOf(other)]).toEqual([401, 'UNAUTHENTICATED']);
      expect(await stateOf(tenant, target)).toEqual(state);
    });
  });
}
