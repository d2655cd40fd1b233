/** Lists of entity tags (RFC 9110): `If-Match` and `If-None-Match`. */

/** One tag, perhaps weak, and the comma behind it; a list may have empty places. */
const NEXT_TAG = /[\t ,]*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*(?=,|$)/y;
const REST = /[\t ,]*$/y;

/** @returns what stands between the quotes of each tag, weak or strong; undefined where the text is no such list */
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
 * Whether the caller has what would be answered: a 304 then. The comparison is the weak one, so that a tag which a compressing proxy
 * made weak still matches. What is no list of tags asks for nothing.
 */
export function isHeld(ifNoneMatch: string | string[] | undefined, etag: string): boolean {
  if (typeof ifNoneMatch !== 'string') return false;
  if (ifNoneMatch.trim() === '*') return true;
  const [own] = readTags(etag) ?? [];
  return own !== undefined && readTags(ifNoneMatch)?.includes(own) === true;
}
