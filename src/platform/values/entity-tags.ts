/** Lists of entity tags (RFC 9110): `If-Match` and `If-None-Match`. */

/** One tag, weak or strong, and the comma after it. A list may have empty items. */
const NEXT_TAG = /[\t ,]*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*(?=,|$)/y;
const REST = /[\t ,]*$/y;

/** @returns the text between the quotes of each tag, weak or strong; undefined if the text is not a list of tags */
export function readTags(text: string): readonly string[] | undefined {
  const tags: string[] = [];
  let at = 0;
  for (;;) {
    NEXT_TAG.lastIndex = at;
    const found = NEXT_TAG.exec(text);
    if (!found) break;
    tags.push(found[1] ?? '');
    at = NEXT_TAG.lastIndex;
  }
  REST.lastIndex = at;
  return tags.length > 0 && REST.test(text) ? tags : undefined;
}

/**
 * Whether the caller already has the answer, which is a 304 then. The comparison is the weak one, since compressing proxies make
 * tags weak. A text that is not a list of tags matches nothing.
 */
export function isHeld(ifNoneMatch: string | string[] | undefined, etag: string): boolean {
  if (typeof ifNoneMatch !== 'string') return false;
  if (ifNoneMatch.trim() === '*') return true;
  const [own] = readTags(etag) ?? [];
  return own !== undefined && readTags(ifNoneMatch)?.includes(own) === true;
}
