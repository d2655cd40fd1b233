/** Deleted records in lists, for those who may restore them. */
import { registerEnumType } from 'type-graphql';
import { EnumField } from '../../platform/input/fields.js';
import type { InputClass } from '../../platform/input/input-plan.js';

/** By the words of REST. */
export const DeletedRecords = { EXCLUDE: 'exclude', ONLY: 'only' } as const;
export type DeletedRecords = (typeof DeletedRecords)[keyof typeof DeletedRecords];

registerEnumType(DeletedRecords, {
  name: 'DeletedRecords',
  description: 'What a list does with deleted records.',
  valuesConfig: {
    EXCLUDE: { description: 'It leaves them out, as it does unless asked.' },
    ONLY: { description: 'It holds them alone. For admins.' },
  },
});

/** For both transports. */
export const DELETED =
  'Deleted records in place of live ones, for admins, who may restore them. They are as they were when they were deleted, which is when they last changed.';

export function wantsDeleted(deleted: DeletedRecords | null | undefined): boolean {
  return deleted === DeletedRecords.ONLY;
}

/** The parameter of lists in REST. */
export interface DeletedQuery {
  deleted?: DeletedRecords | null;
}

export function DeletedField(): PropertyDecorator {
  return EnumField(DeletedRecords, { description: `\`only\`: ${DELETED}` });
}

/** The query class of a list with that parameter added. */
export function withDeleted<T extends object>(Filters: InputClass<T>): InputClass<T & DeletedQuery> {
  // TypeScript cannot extend a class that is a type parameter.
  class WithDeleted extends (Filters as InputClass<object>) implements DeletedQuery {
    @DeletedField()
    deleted?: DeletedRecords | null;
  }
  return WithDeleted as InputClass<T & DeletedQuery>;
}
