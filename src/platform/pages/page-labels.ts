/** The words of our two pages, in both languages. */
import type { Language, Sentence } from '../errors/errors.js';

export const PAGE_LABELS = {
  playgroundTitle: { fr: 'Console GraphQL', en: 'GraphQL playground' },
  docsTitle: { fr: 'Documentation REST', en: 'REST documentation' },
  needsScript: { fr: 'Cette page a besoin de JavaScript.', en: 'This page needs JavaScript.' },
  signInForm: { fr: 'Connexion', en: 'Sign-in' },
  tenant: { fr: 'Tenant', en: 'Tenant' },
  email: { fr: 'E-mail', en: 'E-mail' },
  password: { fr: 'Mot de passe', en: 'Password' },
  signIn: { fr: 'Se connecter', en: 'Sign in' },
  signOut: { fr: 'Se déconnecter', en: 'Sign out' },
  signedInAs: { fr: 'Connecté', en: 'Signed in' },
  sentHeaders: { fr: 'En-têtes envoyés', en: 'Headers sent' },
  copy: { fr: 'Copier', en: 'Copy' },
  copied: { fr: 'Copié', en: 'Copied' },
  signedOut: { fr: 'Vous êtes déconnecté.', en: 'You are signed out.' },
  sessionEnded: {
    fr: 'Votre session est terminée. Reconnectez-vous.',
    en: 'Your session has ended. Sign in again.',
  },
  unreachable: {
    fr: 'Le service ne répond pas. Vérifiez qu’il est démarré, puis réessayez.',
    en: 'The service does not answer. Check that it is running, then try again.',
  },
  examples: { fr: 'Exemples', en: 'Examples' },
  examplesIntro: {
    fr: 'Le scénario du guide, dans l’ordre. Choisissez un exemple, puis exécutez-le.',
    en: 'The guide’s scenario, in order. Pick an example, then run it.',
  },
  idMissing: {
    fr: 'Exécutez d’abord un exemple qui crée ou lit un enregistrement : son identifiant sera repris ici.',
    en: 'First run an example that creates or reads a record: its id will be filled in here.',
  },
} as const satisfies Record<string, Sentence>;

export type PageLabels = Readonly<Record<keyof typeof PAGE_LABELS, string>>;

/** @returns every label in one language */
export function pageLabels(language: Language): PageLabels {
  const entries = Object.entries(PAGE_LABELS).map(([key, sentence]) => [key, sentence[language]]);
  return Object.fromEntries(entries) as PageLabels; // fromEntries forgets the keys' type
}
