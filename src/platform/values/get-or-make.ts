/** Values that are made once per key, and kept as long as their store keeps them. */

interface Store<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** @param make called at the first call for the key */
export function getOrMake<Key, Value>(store: Store<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  let value = store.get(key);
  if (value === undefined) store.set(key, (value = make(key)));
  return value;
}
