/** What a check of the audit chain can find, with the sentence for each. */
import type { Sentence } from '../../platform/errors/errors.js';

export type ProblemKind =
  | 'event_edited'
  | 'event_removed'
  | 'event_reordered'
  | 'event_unsealed'
  | 'event_repeated'
  | 'event_misdated'
  | 'seal_edited'
  | 'seal_removed'
  | 'seal_out_of_chain'
  | 'seal_misdated'
  | 'head_missing'
  | 'head_different';

export interface ChainProblem {
  readonly kind: ProblemKind;
  /** The seal, if the problem is in one. */
  readonly seq?: number;
  readonly eventId?: string;
  readonly sentence: Sentence;
}

type Position = Pick<ChainProblem, 'seq' | 'eventId'>;

const SENTENCES: Readonly<Record<ProblemKind, (event: string, seal: string) => Sentence>> = {
  event_edited: (event) => ({ fr: `L'événement ${event} a été modifié.`, en: `Event ${event} was edited.` }),
  event_removed: (event) => ({ fr: `L'événement ${event} a été supprimé.`, en: `Event ${event} was removed.` }),
  event_reordered: (event, seal) => ({
    fr: `L'événement ${event} n'est pas à sa place dans le scellé ${seal}.`,
    en: `Event ${event} is not in its place in seal ${seal}.`,
  }),
  event_unsealed: (event) => ({
    fr: `L'événement ${event} n'est dans aucun scellé : il a été ajouté hors du service, ou le scellement est arrêté.`,
    en: `Event ${event} is in no seal: it was added past the service, or sealing has stopped.`,
  }),
  event_repeated: (event, seal) => ({
    fr: `L'événement ${event} est scellé une fois de plus, dans le scellé ${seal}.`,
    en: `Event ${event} is sealed once more, in seal ${seal}.`,
  }),
  event_misdated: (event) => ({
    fr: `La date de l'événement ${event} n'est pas celle à laquelle la base de données l'a reçu : il a été forgé, ou les horloges diffèrent.`,
    en: `The date of event ${event} is not that at which the database took it: it was forged, or the clocks differ.`,
  }),
  seal_edited: (_event, seal) => ({ fr: `Le scellé ${seal} a été modifié.`, en: `Seal ${seal} was edited.` }),
  seal_removed: (_event, seal) => ({ fr: `Le scellé ${seal} a été supprimé.`, en: `Seal ${seal} was removed.` }),
  seal_out_of_chain: (_event, seal) => ({
    fr: `Le scellé ${seal} ne suit pas le précédent : l'un des deux a été remplacé.`,
    en: `Seal ${seal} does not follow the one before it: one of the two was replaced.`,
  }),
  seal_misdated: (_event, seal) => ({
    fr: `La date du scellé ${seal} n'est pas celle à laquelle la base de données l'a reçu : il a été forgé, ou les horloges diffèrent.`,
    en: `The date of seal ${seal} is not that at which the database took it: it was forged, or the clocks differ.`,
  }),
  head_missing: (_event, seal) => ({
    fr: `Le scellé ${seal}, conservé comme dernier, n'existe plus : la fin du journal a été coupée.`,
    en: `Seal ${seal}, kept as the last one, is gone: the end of the trail was cut.`,
  }),
  head_different: (_event, seal) => ({
    fr: `Le scellé ${seal} n'est pas celui qui a été conservé : le journal a été réécrit.`,
    en: `Seal ${seal} is not the one that was kept: the trail was rewritten.`,
  }),
};

/** A problem with its sentence. */
export function problemAt(kind: ProblemKind, position: Position): ChainProblem {
  return { kind, ...position, sentence: SENTENCES[kind](position.eventId ?? '?', String(position.seq ?? '?')) };
}
