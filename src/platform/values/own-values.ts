/** Values that belong to one request or to one transaction. The owner holds them in a field, so they end with it. */

/** All values of one owner, each at the index of its slot. */
export type OwnValues = unknown[];

let slots = 0;

/** One kind of value: the same index in the values of every owner. */
export class OwnSlot<T extends object> {
  private readonly index = (slots += 1);

  get(values: OwnValues): T | undefined {
    // Only `set` of this slot writes at this index.
    return values[this.index] as T | undefined;
  }

  set(values: OwnValues, value: T): T {
    values[this.index] = value;
    return value;
  }
}
