import fc from 'fast-check';
import { identityForm } from '../../../src/platform/values/identity-form.js';
import { normalizeText, type TextForm } from '../../../src/platform/values/normal-text.js';

const free = (text: string): string => normalizeText(text, 'free', 255);
const code = (text: string): string => normalizeText(text, 'code', 255);
const secret = (text: string): string => normalizeText(text, 'secret', 255);

describe('normal text', () => {
  test.each([
    ['decomposed letters are composed', 'Zoe\u0301', 'Zo\u00e9'],
    ['blanks of any kind at the ends go', '\u3000\u2003\u0085\ufeff a b \u2028\u00a0\t', 'a b'],
    ['no-break spaces inside are spaces', 'a\u00a0b\u202fc', 'a b c'],
    ['wide spaces inside stay', 'a\u2003b\u3000c', 'a\u2003b\u3000c'],
    [
      'zero-width and bidirectional controls go',
      'a\u200bb\u2060c\ufeffd\u00ade\u200ef\u202eg\u2066h\u180ei',
      'abcdefghi',
    ],
    ['tags that nobody sees go', 'a\u{e0041}\u{e007f}b', 'ab'],
    ['a mark behind something invisible finds its letter', 'e\u200b\u0301', '\u00e9'],
    ['line feeds, returns and tabs stay', 'a\nb\r\nc\td', 'a\nb\r\nc\td'],
    ['line breaks of word processors become line feeds', 'a\u000bb\u000cc\u0085d', 'a\nb\nc\nd'],
    ['other controls go', 'a\u001b[31mb\u0007\u001f\u009b\u007fc', 'a[31mbc'],
    ['signs around Arabic numbers stay', '\u0601\u0661', '\u0601\u0661'],
    ['text of invisible characters alone is empty', '\u200b\u2060 \u200d\u200c ', ''],
    ['ASCII stays as it is', 'SAS "Dupont & Fils"', 'SAS "Dupont & Fils"'],
  ])('%s', (_name, sent, normal) => {
    expect(free(sent)).toBe(normal);
    expect(code(sent)).toBe(normal);
  });

  test('joiners stay in free text, and in codes nothing invisible does', () => {
    const persian = '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645';
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    expect([free(persian), free(family)]).toEqual([persian, family]);
    expect(code(persian)).toBe(persian.replace('\u200c', ''));
    expect(code('A\u200dB\u034fC\u3164D\ufe0fE\u115fF')).toBe('ABCDEF');
  });

  test('secrets are composed and trimmed, and nothing else', () => {
    expect(secret(' e\u0301\u00a0\u200b\u001b x ')).toBe('\u00e9\u00a0\u200b\u001b x');
  });

  test('what cannot be stored comes back untouched, also where its halves would meet', () => {
    for (const text of [' a\0\u00e9 ', ' \ud83d\u200b\ude00 ', ' \ud800 ']) expect(free(text)).toBe(text);
  });

  test('what is over four times too long comes back untouched', () => {
    const raw = ' e\u0301'.repeat(10);
    expect(normalizeText(raw, 'free', 7)).toBe(raw);
    expect(normalizeText(raw, 'free', 8)).toBe(raw.normalize('NFC').trim());
    expect(normalizeText('\u{1f600}'.repeat(28) + '\u00a0', 'free', 7)).toBe('\u{1f600}'.repeat(28) + '\u00a0');
    expect(normalizeText('\u{1f600}'.repeat(27) + '\u00a0', 'free', 7)).toBe('\u{1f600}'.repeat(27));
  });

  test.each(['free', 'code', 'secret'] as const)('%s: normal text is storable text that stays', (form: TextForm) => {
    const parts = [
      'e',
      '\u0301',
      '\u200b',
      '\u200d',
      '\u00a0',
      ' ',
      '\n',
      '\u001f',
      '\u212b',
      '\ufb2c',
      '\u0316',
      'J\u030c',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fc.constantFrom(...parts)).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (sent) => {
        const normal = normalizeText(sent, form, 255);
        expect(normalizeText(normal, form, 255)).toBe(normal);
        if (/[\0\p{Surrogate}]/u.test(sent)) return;
        expect(normal).toBe(normal.normalize('NFC').trim());
        expect(normalizeText(sent.normalize('NFD'), form, 255)).toBe(normal);
      }),
    );
  });

  test('a heap of marks costs no more than its length', () => {
    // 80 000 marks that must be sorted take fifteen seconds; the longest heap that is sorted has a hundred.
    const heaps = ['x' + '\u0316\u0301'.repeat(40_000), ('x' + '\u0316\u0301'.repeat(50)).repeat(700)];
    for (const text of heaps) {
      const before = process.cpuUsage();
      const normal = normalizeText(text, 'free', 20_000);
      // Of the processor, so that a busy machine fails nothing.
      expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
      expect(normalizeText(normal, 'free', 20_000)).toBe(normal);
    }
  });
});

describe('identities', () => {
  test.each([
    ['case', 'ZO\u00c9@ESSAI.EXAMPLE', 'zo\u00e9@essai.example'],
    ['decomposed letters', 'zoe\u0301@essai.example', 'zo\u00e9@essai.example'],
    ['something invisible', 'z\u200bo\u200d\u00e9@essai\ufeff.example', 'zo\u00e9@essai.example'],
    ['blanks at the ends', '\u00a0zo\u00e9@essai.example ', 'zo\u00e9@essai.example'],
    ['the end of a Greek word', '\u0391\u03a3@essai.example', '\u03b1\u03c3@essai.example'],
    ['the Kelvin sign', '\u212aim@essai.example', 'kim@essai.example'],
    ['a letter that is one character in lower case only', 'J\u030c@essai.example', '\u01f0@essai.example'],
  ])('%s does not tell them apart', (_name, sent, form) => {
    expect(identityForm(sent)).toBe(form);
    expect(identityForm(form)).toBe(form);
  });

  test.each([
    ['adm\u00edn@essai.example', 'admin@essai.example'],
    ['adm\u0130n@essai.example', 'admin@essai.example'],
    ['adm\u0131n@essai.example', 'admin@essai.example'],
    ['stra\u00dfe@essai.example', 'strasse@essai.example'],
    ['\uff41dmin@essai.example', 'admin@essai.example'],
  ])('%s is not %s', (one, other) => {
    expect(identityForm(one)).not.toBe(identityForm(other));
  });
});
