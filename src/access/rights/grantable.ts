/** Every right that some role has, by the name that callers are told: `customer:read`; `customer:update:own` for own records only. */
import { Role } from '../identity/user.entity.js';
import { RIGHTS, type RecordAction } from './permissions.js';
import { RECORD_TYPES, type RecordType } from './record-types.js';

/** @returns what the role may do */
export function grantedTo(role: Role): string[] {
  return Object.entries(RIGHTS[role]).map(([right, grant]) => (grant === 'own' ? `${right}:own` : right));
}

const PLURALS: Readonly<Record<RecordType, string>> = {
  customer: 'customers',
  contact: 'contacts',
  opportunity: 'opportunities',
  activity: 'activities',
};

const ACTIONS: Readonly<Record<Exclude<RecordAction, 'update'>, string>> = {
  read: 'Read {}.',
  create: 'Create {}.',
  delete: 'Delete {}.',
  restore: 'Bring deleted {} back.',
  export: 'Export {} as CSV files.',
};
/** Some operations are updates by another name. */
const UPDATES: Readonly<Record<RecordType, string>> = {
  customer: 'Change and convert {}.',
  contact: 'Change {}.',
  opportunity: 'Change, win, lose and reopen {}.',
  activity: 'Change, complete and reopen {}.',
};

function onRecords(recordType: RecordType): [name: string, sentence: string][] {
  return Object.entries({ ...ACTIONS, update: UPDATES[recordType] }).flatMap(([action, pattern]) => {
    const sentence = pattern.replace('{}', PLURALS[recordType]);
    return [
      [`${recordType}:${action}`, sentence],
      [`${recordType}:${action}:own`, `${sentence} Own ones only.`],
    ] satisfies [string, string][];
  });
}

const SENTENCES: readonly (readonly [name: string, sentence: string])[] = [
  ...RECORD_TYPES.flatMap(onRecords),
  ['audit:read', 'Read the audit log.'],
  ['user:manage', 'See, create, change and deactivate users.'],
  ['tenant:manage', "See and change the company's settings."],
];

const granted = new Set(Object.values(Role).flatMap(grantedTo));

/** By those names. */
export const GRANTABLE: Readonly<Record<string, { readonly description: string }>> = Object.fromEntries(
  SENTENCES.filter(([name]) => granted.has(name)).map(([name, description]) => [name, { description }]),
);
