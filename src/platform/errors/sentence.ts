/** User-facing sentences in the languages of the API. */

/** A sentence for people. French is the default language of the API. */
export interface Sentence {
  readonly fr: string;
  readonly en: string;
}

export type Language = keyof Sentence;
