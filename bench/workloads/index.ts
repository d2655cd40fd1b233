/** All workloads, in the order in which a round runs them. */
import type { Workload } from '../workload.js';
import { createActivity } from './create-activity.js';
import { exportCustomers } from './export-customers.js';
import { getCustomer } from './get-customer.js';
import { listCustomersWithRelations } from './list-customers-with-relations.js';
import { listCustomers } from './list-customers.js';
import { searchCustomers } from './search-customers.js';
import { summarizePipeline } from './summarize-pipeline.js';
import { winOpportunity } from './win-opportunity.js';

export const WORKLOADS: readonly Workload[] = [
  getCustomer,
  listCustomers,
  listCustomersWithRelations,
  searchCustomers,
  summarizePipeline,
  createActivity,
  winOpportunity,
  exportCustomers,
];
