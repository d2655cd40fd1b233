/** The words of a demo tenant's sales team in its language: people, deals and daily work. */
import type { ActivityType } from '../crm/activity/activity-enums.js';
import type { OpportunityStatus } from '../crm/opportunity/opportunity-enums.js';

/** A text for a woman and one for a man. */
export type ByGender<T> = readonly [woman: T, man: T];

export interface Job {
  readonly title: ByGender<string>;
  readonly department: string;
  /** The role of this person in a sale. */
  readonly duty: 'decides' | 'pays' | 'receives' | 'uses';
}

/** One article of an offer: its price in cents of the tenant's currency, and how many are usually bought. */
export type Article = readonly [reference: string, label: string, cents: number, least: number, most: number];

export interface Offer {
  readonly name: string;
  readonly articles: readonly Article[];
}

/** The phase of the business with a customer when an activity takes place. */
export type Phase = 'prospecting' | 'qualifying' | 'negotiating' | 'delivering' | 'caring';

/** `{name}` stands for the person or else the firm, `{offer}` for what is being sold. */
export type Scene = readonly [subject: string, description: string];

export type Scenes = Readonly<Record<Phase, Readonly<Record<ActivityType, readonly Scene[]>>>>;

export interface PeopleWords {
  readonly titles: ByGender<string>;
  readonly firstNames: ByGender<readonly string[]>;
  readonly lastNames: readonly string[];
  /** The first two are jobs of an owner of a small firm. */
  readonly jobs: readonly Job[];
  /** The language of the country, and those that a few people prefer. */
  readonly language: string;
  readonly otherLanguages: readonly string[];
  readonly notes: readonly string[];
  /** Notes about a contact who has left the firm. */
  readonly leavings: readonly string[];
}

export interface DealWords {
  readonly offers: readonly Offer[];
  /** A product as this company's own JSON. */
  readonly writeProduct: (article: Article, quantity: number, price: string) => Readonly<Record<string, unknown>>;
  readonly stages: Readonly<Record<OpportunityStatus, string>>;
  readonly teams: readonly string[];
  readonly campaigns: readonly string[];
  readonly competitors: readonly string[];
  readonly winReasons: readonly string[];
  readonly lossReasons: readonly string[];
  readonly notes: readonly string[];
  /** Next steps of active opportunities. */
  readonly nextSteps: Readonly<Record<Exclude<OpportunityStatus, 'WON' | 'LOST'>, readonly string[]>>;
  /** Currencies of a few opportunities, beside the tenant's own. */
  readonly otherCurrencies: readonly string[];
}

export interface SalesWords {
  readonly people: PeopleWords;
  readonly deals: DealWords;
  readonly scenes: Scenes;
}
