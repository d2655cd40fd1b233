/** What the customer tests share: addresses, what answers look like, and the few steps that most of them begin with. */
import type { Answer, Client } from '../../support/client.js';
import type { TestService, TestTenant } from '../../support/service.js';

export const CUSTOMERS = '/v1/commercial/customers';
export const EXPORT = '/v1/commercial/export/customers';

/** A customer as REST answers it; tests name the members that they look at. */
export interface CustomerJson {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly version: number;
  readonly [member: string]: unknown;
}

export interface PageJson {
  readonly items: readonly CustomerJson[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
  readonly pages: number;
  readonly next_cursor: string | null;
}

export interface ProblemJson {
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The answers of mutations by alias; in each the record stands under its own name. */
type GraphqlPayloads = Readonly<Record<string, Readonly<Record<string, CustomerJson>> | null>>;

export interface GraphqlJson<T = GraphqlPayloads> {
  readonly data?: T | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: {
      readonly code: string;
      readonly requestId: string;
      readonly fields?: readonly { readonly path: readonly (string | number)[]; readonly code: string }[];
      readonly details?: Readonly<Record<string, unknown>>;
    };
  }[];
}

export function customerIn(answer: Answer): CustomerJson {
  return answer.body as CustomerJson;
}

export function pageIn(answer: Answer): PageJson {
  return answer.body as PageJson;
}

export function problemIn(answer: Answer): ProblemJson {
  return answer.body as ProblemJson;
}

export function graphqlIn<T = GraphqlPayloads>(answer: Answer): GraphqlJson<T> {
  return answer.body as GraphqlJson<T>;
}

/** Status and code of an error, `200 OK` style: `409 DUPLICATE`; a success has no code. */
export function outcomeOf(answer: Answer): string {
  const { code } = (answer.body ?? {}) as Partial<ProblemJson>;
  return answer.status < 400 ? String(answer.status) : `${answer.status} ${code ?? ''}`;
}

/** What stands in `data` at `customer` or `updateCustomer.customer`. */
export function valueIn(answer: Answer, path: string): object {
  const [field = '', member] = path.split('.');
  const value =
    graphqlIn<Readonly<Record<string, Readonly<Record<string, object | undefined>> | null>>>(answer).data?.[field];
  const found = member === undefined ? value : value?.[member];
  if (!found) throw new Error(`There is no ${path} in ${answer.text}`);
  return found;
}

/** The customer that stands in `data` there. */
export function fieldIn(answer: Answer, path: string): CustomerJson {
  return valueIn(answer, path) as CustomerJson;
}

/** Code of the first GraphQL error, or `OK`. */
export function graphqlOutcomeOf(answer: Answer): string {
  return graphqlIn(answer).errors?.[0]?.extensions.code ?? 'OK';
}

/** `pointer code` of each error of a 422. */
export function wrongFieldsOf(answer: Answer): string[] {
  return (problemIn(answer).errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);
}

/** Creates one over REST; any members on top of a name. */
export async function aCustomer(
  client: Client,
  members: Readonly<Record<string, unknown>> = {},
): Promise<CustomerJson> {
  const answer = await client.post(CUSTOMERS, { name: 'Dupont SA', ...members });
  if (answer.status !== 201) throw new Error(`The customer was not created: ${answer.text}`);
  return customerIn(answer);
}

export function addressOf({ id }: Pick<CustomerJson, 'id'>): string {
  return `${CUSTOMERS}/${id}`;
}

/** The customer's whole row as the database holds it, past tenant isolation. */
export async function rowOf(service: TestService, id: string): Promise<Record<string, unknown> | undefined> {
  const [row] = await service.ask<Record<string, unknown>>('SELECT * FROM customers WHERE id = $1', [id]);
  return row;
}

export interface StoredAuditEvent extends Record<string, unknown> {
  readonly action: string;
  readonly entity_id: string | null;
  readonly old_value: Record<string, unknown> | null;
  readonly new_value: Record<string, unknown> | null;
}

/** The tenant's audit events, oldest first. */
export function eventsOf(service: TestService, tenant: Pick<TestTenant, 'id'>): Promise<StoredAuditEvent[]> {
  return service.ask<StoredAuditEvent>('SELECT * FROM audit_events WHERE tenant_id = $1 ORDER BY id', [tenant.id]);
}

export function countOfCustomers(service: TestService, tenant: Pick<TestTenant, 'id'>): Promise<number> {
  return service
    .ask<{ count: number }>('SELECT count(*)::integer AS count FROM customers WHERE tenant_id = $1', [tenant.id])
    .then(([row]) => row?.count ?? -1);
}

/** Sends the same request so many times at once. */
export function atOnce<T>(times: number, send: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => send(index)));
}
