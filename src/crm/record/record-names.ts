/** The names of a record type in REST. */
import { authorize, type Permission } from '../../access/rights/permissions.js';
import type { RecordCollection, RecordType } from '../../access/rights/record-types.js';
import type { RequestContext } from '../../access/identity/request-context.js';

export interface RecordNames {
  /** `contact`, as in rights. */
  readonly recordType: RecordType;
  /** `a contact` */
  readonly one: string;
  /** `contacts`, also the last part of the path. */
  readonly many: RecordCollection;
  readonly tag: string;
}

/** `/v1/commercial/contacts` */
export function collectionOf({ many }: RecordNames): string {
  return `/v1/commercial/${many}`;
}

/** `contact` → `Contact`, for operation ids. */
export function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

type Action = 'read' | 'create' | 'update' | 'delete' | 'restore' | 'export';

/** The check of a right that a route makes before it reads its input. */
export function need({ recordType }: RecordNames, action: Action): (ctx: RequestContext) => void {
  const permission: Permission = `${recordType}:${action}`;
  return (ctx) => {
    authorize(ctx, permission);
  };
}

/** The id in examples for a record that the caller must choose. */
export const EXAMPLE_ID = '01a205ae-f10b-74f1-851d-5191d9d0985a';
