import { searchForm } from '../../../src/platform/values/search-form.js';

/** Every character but unpaired surrogates. */
function* characters(): Generator<string> {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
  }
}

test.each([
  ['İstanbul', 'istanbul'],
  ['I\u0307stanbul', 'istanbul'],
  ['ISTANBUL', 'istanbul'],
  ['Straße', 'strasse'],
  ['STRAẞE', 'strasse'],
  ['ΟΔΟΣ', 'οδοσ'],
  ['οδος', 'οδοσ'],
  ['ÀÉÎÕÜ', 'aeiou'],
  ['A\u0300E\u0301', 'ae'],
  ['ﬁn', 'fin'],
  ['ＡＤＭＩＮ@Ｘ', 'admin@x'],
  ['ſharp', 'sharp'],
  ['ŉ', 'ʼn'],
])('%s is %s', (text, form) => {
  expect(searchForm(text)).toBe(form);
});

test('no character is told apart by its case or composition, and the form of a form is itself', () => {
  const wrong: string[] = [];
  for (const character of characters()) {
    const form = searchForm(character);
    const spellings = [character.toLowerCase(), character.toUpperCase(), character.normalize('NFD'), form];
    if (spellings.some((spelling) => searchForm(spelling) !== form)) wrong.push(character);
  }

  expect(wrong).toEqual([]);
});

test('a run of combining marks costs no more than its first thousand', () => {
  const hostile = 'a' + '\u0316\u0300'.repeat(500_000);

  const before = process.cpuUsage();
  const form = searchForm(hostile);

  // Uncut it takes minutes. Of the processor, so that a busy machine fails nothing.
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  expect(form).toBe('a');
});
