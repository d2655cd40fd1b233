/** The histories of the demo's opportunities, step by step with the service's own state machine. */
import type { Faker } from '@faker-js/faker';
import type { OpportunityStatus } from '../crm/opportunity/opportunity-enums.js';
import {
  decideCreation,
  decideLoss,
  decideReopening,
  decideUpdate,
  decideWin,
  isActive,
  type Lifecycle,
} from '../crm/opportunity/opportunity-status.js';
import { sometimes } from './demo-firm.js';
import { dateText } from './demo-moments.js';
import type { DealWords } from './demo-words.js';

/** The final status of an opportunity, and whether it was closed and reopened before. */
export interface Fate {
  readonly status: OpportunityStatus;
  readonly isReopened: boolean;
}

/** A new status, or another change. The first step is the creation. */
export type Step = OpportunityStatus | 'AMOUNT' | 'PROBABILITY' | 'REMARK';

/** One transition: status, probability and amount from that moment on. */
export interface Milestone {
  readonly version: number;
  readonly fromStatus: OpportunityStatus | null;
  readonly toStatus: OpportunityStatus;
  readonly probability: number;
  readonly cents: number;
  readonly atMs: number;
}

/** The final state and the history of an opportunity. */
export interface Life {
  readonly lifecycle: Lifecycle;
  readonly cents: number;
  readonly version: number;
  readonly milestones: readonly Milestone[];
}

const LADDER: readonly OpportunityStatus[] = ['NEW', 'QUALIFIED', 'PROPOSAL', 'NEGOTIATION'];
/** An amount after a change, in percent of the amount before: mostly a discount. */
const NEW_AMOUNTS = [85, 90, 92, 95, 97, 110, 125];

/** @param mayWin whether its customer has bought */
export function planSteps(faker: Faker, fate: Fate, mayWin: boolean): Step[] {
  const detour = fate.isReopened ? makeDetour(fate.status, mayWin) : [];
  const end = isActive(fate.status) ? [] : [fate.status];
  return [...climb(faker, fate), ...detour, ...end].flatMap((status) => [status, ...makeSideSteps(faker, status)]);
}

/** From a first status to the last active one before the end. */
function climb(faker: Faker, { status }: Fate): OpportunityStatus[] {
  const last = isActive(status)
    ? LADDER.indexOf(status)
    : weighted(faker, status === 'WON' ? [0, 0, 1, 5] : [1, 3, 4, 3]);
  const first = Math.min(last, weighted(faker, [10, 3, 1]));
  return LADDER.slice(first, last + 1);
}

/** Closed and reopened, which leads back to NEGOTIATION. */
function makeDetour(end: OpportunityStatus, mayWin: boolean): OpportunityStatus[] {
  return [end === 'LOST' && mayWin ? 'WON' : 'LOST', 'NEGOTIATION'];
}

function makeSideSteps(faker: Faker, status: OpportunityStatus): Step[] {
  if (!isActive(status)) return [];
  const chances: [Step, number][] = [['AMOUNT', 0.18], ['PROBABILITY', 0.15], ['REMARK', 0.25]]; // prettier-ignore
  return chances.filter(([, chance]) => faker.datatype.boolean(chance)).map(([step]) => step);
}

/** @returns an index, each as likely as its weight */
function weighted(faker: Faker, weights: readonly number[]): number {
  return faker.helpers.weightedArrayElement(
    weights.map((weight, value) => ({ weight, value })).filter(({ weight }) => weight > 0),
  );
}

interface Course {
  readonly steps: readonly Step[];
  /** When each was taken, in milliseconds. */
  readonly momentsMs: readonly number[];
  readonly cents: number;
  readonly words: DealWords;
}

/** Takes the steps one after the other, as the service would. */
export function live(faker: Faker, course: Course): Life {
  const milestones: Milestone[] = [];
  let lifecycle: Lifecycle | undefined;
  let { cents } = course;
  for (const [place, step] of course.steps.entries()) {
    const atMs = course.momentsMs[place] ?? 0;
    const fromStatus = lifecycle?.status ?? null;
    lifecycle = takeStep(faker, lifecycle, step, dateText(atMs), course.words);
    if (step === 'AMOUNT') cents = Math.round((cents * faker.helpers.arrayElement(NEW_AMOUNTS)) / 100);
    const { status: toStatus, probability } = lifecycle;
    if (step !== 'REMARK') milestones.push({ version: place + 1, fromStatus, toStatus, probability, cents, atMs });
  }
  if (!lifecycle) throw new Error('An opportunity without a beginning.');
  return { lifecycle, cents, version: course.steps.length, milestones };
}

type Decide = (faker: Faker, before: Lifecycle, today: string, words: DealWords) => Lifecycle;

/** The steps that need more than a new status. */
const DECISIONS: Partial<Record<Step, Decide>> = {
  WON: (faker, before, today, { winReasons }) =>
    decideWin(before, sometimes(faker, 85, faker.helpers.arrayElement(winReasons)), today),
  LOST: (faker, before, today, { lossReasons }) =>
    decideLoss(before, sometimes(faker, 90, faker.helpers.arrayElement(lossReasons)), today),
  PROBABILITY: (faker, before, today) =>
    decideUpdate(before, { probability: changeChance(faker, before.probability) }, today),
};

function takeStep(faker: Faker, before: Lifecycle | undefined, step: Step, today: string, words: DealWords): Lifecycle {
  if (!before) return decideCreation(isStatus(step) ? { status: step } : {}, today);
  const decide = DECISIONS[step];
  if (decide) return decide(faker, before, today, words);
  if (!isStatus(step)) return before;
  return isActive(before.status) ? decideUpdate(before, { status: step }, today) : decideReopening(before, step, today);
}

/** A seller's own estimate. */
function changeChance(faker: Faker, percent: number): number {
  const changed = Math.min(95, Math.max(5, percent + faker.helpers.arrayElement([-10, -5, 5, 10, 15])));
  return changed === percent ? 60 : changed;
}

function isStatus(step: Step): step is OpportunityStatus {
  return !['AMOUNT', 'PROBABILITY', 'REMARK'].includes(step);
}
