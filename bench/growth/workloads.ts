/** What a growing tenant is asked: the workloads of the comparison, and a deep page by cursor. */
import type { HttpRequest } from '../workload.js';
import { graphql, rest } from '../workload.js';
import type { Draw } from '../sample.js';
import { CUSTOMER_SELECTION } from '../workloads/customer-fields.js';
import { WORKLOADS } from '../workloads/index.js';

export interface GrowthWorkload {
  readonly id: string;
  readonly title: string;
  readonly build: (draw: Draw) => HttpRequest;
  readonly distinctRequests: number;
  /** One after the other. */
  readonly isExport: boolean;
  /** A request changes something the first time only. */
  readonly isUsedUp: boolean;
}

/** A tenant with more customers than a file holds gets the first file. */
const firstFile = rest({ path: () => '/v1/commercial/export/customers?page=1' });

/** @param cursor of the page in W9 */
export function growthWorkloads(cursor: string): readonly GrowthWorkload[] {
  const reads = { isExport: false, isUsedUp: false };
  const compared = WORKLOADS.map((workload): GrowthWorkload => {
    const { id, title, requests } = workload;
    if (workload.kind === 'export') {
      return {
        ...reads,
        id,
        title: 'export of 10 000 at most',
        build: firstFile.build,
        distinctRequests: 1,
        isExport: true,
      };
    }
    const request = requests.ours;
    if (request === undefined) throw new Error(`The service has no request for ${id}.`);
    const { distinctRequests, isUsedUp = false } = workload;
    return { ...reads, id, title, build: request.build, distinctRequests, isUsedUp };
  });
  const { build } = pageAfter(cursor);
  return [...compared, { ...reads, id: 'W9', title: 'the deepest page by cursor', build, distinctRequests: 1 }];
}

const LIST = 'orderBy: [{ field: NAME }]';

const pageAfter = (cursor: string) =>
  graphql({
    query: `query ($after: String!) { customers(first: 20, after: $after, ${LIST}) { nodes { ${CUSTOMER_SELECTION} } } }`,
    variables: () => ({ after: cursor }),
    rows: 'data.customers.nodes',
  });

/** Asks for the cursor of the row before the last twenty. */
export const lastRows: HttpRequest = graphql({
  query: `{ customers(last: 21, ${LIST}) { pageInfo { startCursor } } }`,
  rows: '',
}).build({ n: 0, customerId: '', opportunityId: '', customerType: '', activityType: '' });
