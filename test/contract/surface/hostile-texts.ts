/** Texts that break things, one of each kind. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  NUL: 'a\0b',
  control: 'a\x07\x08b',
  ESC: '\x1b[31mred\x1b[0m',
  'C1 control': 'a\u009b31mb',
  'CR LF': 'a\r\nSet-Cookie: b=c\r\n\r\nd',
  'half surrogate': 'a\ud800b',
  'combining run': `a${'\u0301\u0316'.repeat(300)}`,
  'zero-width': 'a\u200b\u2060\ufeffb',
  bidi: 'a\u202egnp.exe\u2066b',
  'line separator': 'a\u2028b',
  quotes: `a'"\\;--%_{}$1 b`,
  long: 'x'.repeat(6000),
};

/** What a terminal or a reader of lines obeys. */
export const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/** As a part of a path or a query; half a surrogate as UTF-8 would have it, which no decoder takes. */
export function percentEncoded(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : Array.from(text, (unit) => encodeUnit(unit)).join('');
}

function encodeUnit(unit: string): string {
  return unit.isWellFormed() ? encodeURIComponent(unit) : '%ED%A0%80';
}
