/** Chooses one of the two GraphQL media types for the response, by the Accept header. */
import { LRUCache } from 'lru-cache';
import { essenceOf } from '../values/json-body.js';

export const JSON_TYPE = 'application/json; charset=utf-8';
/** The first is the default: clients that name neither predate the second. */
const OFFERED = [JSON_TYPE, 'application/graphql-response+json; charset=utf-8'] as const;

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** Clients send few different Accept headers. The cache is bounded because anyone may send any text of up to 16 kB. */
const MAX_KEPT_LENGTH = 500;
const chosenTypes = new LRUCache<string, { readonly type: string | undefined }>({ max: 200 });

/** @returns the media type of the response, or undefined when the caller accepts neither (406) */
export function negotiateMediaType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept === '') return JSON_TYPE;
  let chosen = chosenTypes.get(accept);
  if (chosen === undefined) {
    chosen = { type: preferredOf(readMediaRanges(accept)) };
    if (accept.length <= MAX_KEPT_LENGTH) chosenTypes.set(accept, chosen);
  }
  return chosen.type;
}

/** True for a browser that opens a page: it ranks HTML above both GraphQL types. */
export function prefersHtml(accept: string | undefined): boolean {
  const ranges = readMediaRanges(accept ?? '');
  const html = qualityOf('text/html', ranges);
  return html > 0 && OFFERED.every((offered) => qualityOf(essenceOf(offered), ranges) < html);
}

function preferredOf(ranges: readonly MediaRange[]): string | undefined {
  let preferred: string | undefined;
  let best = 0;
  for (const offered of OFFERED) {
    const quality = qualityOf(essenceOf(offered), ranges);
    if (quality > best) [preferred, best] = [offered, quality];
  }
  // With equal weights, the type that the caller names first wins.
  if (best > 0 && qualityOf(essenceOf(OFFERED[0]), ranges) === qualityOf(essenceOf(OFFERED[1]), ranges)) {
    const first = ranges.find(({ type }) => OFFERED.some((offered) => essenceOf(offered) === type));
    return OFFERED.find((offered) => essenceOf(offered) === first?.type) ?? preferred;
  }
  return preferred;
}

function readMediaRanges(accept: string): readonly MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.map((parameter) => /^q=([\d.]+)$/.exec(parameter)?.[1]).find((q) => q !== undefined);
    return { type, quality: quality === undefined ? 1 : Number(quality) };
  });
}

/** The most specific media range applies (RFC 9110 §12.5.1). */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const [family = ''] = type.split('/');
  for (const wanted of [type, `${family}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
