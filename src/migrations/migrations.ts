/** Every migration, in order: the model's history is a visible list. */
import type { Constructor } from '@mikro-orm/core';
import type { Migration } from '@mikro-orm/migrations';
import { Migration20261122000001 } from './Migration20261122000001.js';
import { Migration20261122000002 } from './Migration20261122000002.js';
import { Migration20261122000003 } from './Migration20261122000003.js';
import { Migration20261122000004 } from './Migration20261122000004.js';
import { Migration20261122000005 } from './Migration20261122000005.js';
import { Migration20261122000006 } from './Migration20261122000006.js';
import { Migration20261123000001 } from './Migration20261123000001.js';
import { Migration20261123000002 } from './Migration20261123000002.js';
import { Migration20261123000003 } from './Migration20261123000003.js';
import { Migration20261123000004 } from './Migration20261123000004.js';
import { Migration20261123000005 } from './Migration20261123000005.js';
import { Migration20261128000001 } from './Migration20261128000001.js';
import { Migration20261128000002 } from './Migration20261128000002.js';
import { Migration20261129000010 } from './Migration20261129000010.js';
import { Migration20261129000011 } from './Migration20261129000011.js';
import { Migration20261129000020 } from './Migration20261129000020.js';
import { Migration20261129000030 } from './Migration20261129000030.js';
import { Migration20261129000040 } from './Migration20261129000040.js';
import { Migration20261129000060 } from './Migration20261129000060.js';
import { Migration20261129000070 } from './Migration20261129000070.js';
import { Migration20261130000030 } from './Migration20261130000030.js';
import { Migration20261130000031 } from './Migration20261130000031.js';
import { Migration20261130000010 } from './Migration20261130000010.js';
import { Migration20261201000050 } from './Migration20261201000050.js';
import { Migration20261201000001 } from './Migration20261201000001.js';
import { Migration20261202000001 } from './Migration20261202000001.js';
import { Migration20261202000020 } from './Migration20261202000020.js';
import { Migration20261202000021 } from './Migration20261202000021.js';
import { Migration20261202000022 } from './2026-12/Migration20261202000022.js';
import { Migration20261202000002 } from './Migration20261202000002.js';
import { Migration20261202000003 } from './Migration20261202000003.js';

export const migrations: { name: string; class: Constructor<Migration> }[] = [
  { name: 'Migration20261122000001', class: Migration20261122000001 },
  { name: 'Migration20261122000002', class: Migration20261122000002 },
  { name: 'Migration20261122000003', class: Migration20261122000003 },
  { name: 'Migration20261122000004', class: Migration20261122000004 },
  { name: 'Migration20261122000005', class: Migration20261122000005 },
  { name: 'Migration20261122000006', class: Migration20261122000006 },
  { name: 'Migration20261123000001', class: Migration20261123000001 },
  { name: 'Migration20261123000002', class: Migration20261123000002 },
  { name: 'Migration20261123000003', class: Migration20261123000003 },
  { name: 'Migration20261123000004', class: Migration20261123000004 },
  { name: 'Migration20261123000005', class: Migration20261123000005 },
  { name: 'Migration20261128000001', class: Migration20261128000001 },
  { name: 'Migration20261128000002', class: Migration20261128000002 },
  { name: 'Migration20261129000010', class: Migration20261129000010 },
  { name: 'Migration20261129000011', class: Migration20261129000011 },
  { name: 'Migration20261129000020', class: Migration20261129000020 },
  { name: 'Migration20261129000030', class: Migration20261129000030 },
  { name: 'Migration20261129000040', class: Migration20261129000040 },
  { name: 'Migration20261129000060', class: Migration20261129000060 },
  { name: 'Migration20261129000070', class: Migration20261129000070 },
  { name: 'Migration20261130000030', class: Migration20261130000030 },
  { name: 'Migration20261130000031', class: Migration20261130000031 },
  { name: 'Migration20261130000010', class: Migration20261130000010 },
  { name: 'Migration20261201000050', class: Migration20261201000050 },
  { name: 'Migration20261201000001', class: Migration20261201000001 },
  { name: 'Migration20261202000001', class: Migration20261202000001 },
  { name: 'Migration20261202000020', class: Migration20261202000020 },
  { name: 'Migration20261202000021', class: Migration20261202000021 },
  { name: 'Migration20261202000022', class: Migration20261202000022 },
  { name: 'Migration20261202000002', class: Migration20261202000002 },
  { name: 'Migration20261202000003', class: Migration20261202000003 },
];
