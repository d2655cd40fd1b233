/** The British demo: its firms and its language. */
import type { DemoCountry } from './demo-records.js';
import { britishFirms } from './british-firms.js';
import { britishWords } from './british-words.js';

export const country: DemoCountry = { firms: britishFirms, words: britishWords };
