/** The French demo: its firms and its language. */
import type { DemoCountry } from './demo-records.js';
import { frenchFirms } from './french-firms.js';
import { frenchWords } from './french-words.js';

export const country: DemoCountry = { firms: frenchFirms, words: frenchWords };
