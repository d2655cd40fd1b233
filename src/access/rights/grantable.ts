/** Every right that some role has, by the name that callers are told: `customer:read`; `customer:update:own` for own records only. */
import { Role } from '../identity/user.entity.js';
import type { Actor } from '../identity/request-context.js';
import { grantOf, RIGHTS, type Grant, type Permission, type RecordAction } from './permissions.js';
import { RECORD_TYPES, type RecordType } from './record-types.js';

/** @returns what the caller may do, with this credential */
export function grantedTo(actor: Actor): string[] {
  return PERMISSIONS.flatMap((permission) => nameOf(permission, grantOf(actor, permission)));
}

function nameOf(permission: string, grant: Grant | undefined): string[] {
  if (grant === undefined) return [];
  return [grant === 'own' ? `${permission}:own` : permission];
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
  [
    'user:impersonate',
    'Act for users of the company with X-On-Behalf-Of, by a key of a service account that names this right.',
  ],
  ['tenant:manage', "See and change the company's settings."],
  ['key:manage', 'See and revoke everybody’s API keys; create those of service accounts. Not by a key.'],
  ['provider:manage', 'See, register, change and remove identity providers. Not by a key.'],
];

/** Every right that some role has: an admin has them all. */
// `Object.keys` returns string[]; the table has exactly these keys.
const PERMISSIONS = Object.keys(RIGHTS.admin) as readonly Permission[];

const granted = new Set(
  Object.values(Role).flatMap((role) => Object.entries(RIGHTS[role]).flatMap(([name, grant]) => nameOf(name, grant))),
);

/** By those names. */
export const GRANTABLE: Readonly<Record<string, { readonly description: string }>> = Object.fromEntries(
  SENTENCES.filter(([name]) => granted.has(name)).map(([name, description]) => [name, { description }]),
);
