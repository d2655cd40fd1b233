/** The texts of the pages, in both languages. */
import type { Language, Sentence } from '../errors/errors.js';

export const PAGE_LABELS = {
  playgroundTitle: { fr: 'Console GraphQL', en: 'GraphQL playground' },
  docsTitle: { fr: 'Documentation REST', en: 'REST documentation' },
  homeTitle: { fr: 'Accueil', en: 'Home' },
  homeIntro: {
    fr: 'API de gestion de la relation client : clients, contacts, opportunités et activités de plusieurs tenants.',
    en: 'A CRM API: customers, contacts, opportunities and activities of many tenants.',
  },
  playgroundLink: {
    fr: 'Essayez l’API GraphQL dans le navigateur : exemples, documentation du schéma.',
    en: 'Try the GraphQL API in the browser: examples, schema documentation.',
  },
  graphqlTitle: { fr: 'API GraphQL', en: 'GraphQL API' },
  graphqlLink: { fr: 'Point d’accès : POST /graphql.', en: 'Endpoint: POST /graphql.' },
  docsLink: {
    fr: 'Lisez et essayez chaque route de l’API REST (en anglais).',
    en: 'Read and try each route of the REST API.',
  },
  openapiTitle: { fr: 'Document OpenAPI', en: 'OpenAPI document' },
  openapiLink: {
    fr: 'La description de l’API REST pour les programmes.',
    en: 'The description of the REST API for programs.',
  },
  guideTitle: { fr: 'Guide', en: 'Guide' },
  guideLink: {
    fr: 'Du premier contact à la signature, en GraphQL et en REST.',
    en: 'From the first contact to the signature, over GraphQL and REST.',
  },
  readinessTitle: { fr: 'État du service', en: 'Service status' },
  readinessLink: {
    fr: 'Indique si le service et sa base de données répondent.',
    en: 'Tells whether the service and its database answer.',
  },
  needsScript: { fr: 'Cette page a besoin de JavaScript.', en: 'This page needs JavaScript.' },
  signInForm: { fr: 'Connexion', en: 'Sign-in' },
  tenant: { fr: 'Tenant', en: 'Tenant' },
  email: { fr: 'E-mail', en: 'E-mail' },
  password: { fr: 'Mot de passe', en: 'Password' },
  signIn: { fr: 'Se connecter', en: 'Sign in' },
  demoAccounts: { fr: 'Comptes de démonstration', en: 'Demo accounts' },
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
  runsFirst: {
    fr: 'Il manque un enregistrement. L’exécution lance d’abord :',
    en: 'A record is missing. Running the example first runs:',
  },
  filledWhenRun: {
    fr: 'L’exécution prend le code d’un client existant.',
    en: 'Running the example takes the code of an existing customer.',
  },
  signInAbove: {
    fr: 'Cette opération demande une connexion. Connectez-vous en haut de la page.',
    en: 'This operation needs a sign-in. Sign in above, at the top of the page.',
  },
} as const satisfies Record<string, Sentence>;

export type PageLabels = Readonly<Record<keyof typeof PAGE_LABELS, string>>;

/** @returns every label in one language */
export function pageLabels(language: Language): PageLabels {
  const entries = Object.entries(PAGE_LABELS).map(([key, sentence]) => [key, sentence[language]]);
  return Object.fromEntries(entries) as PageLabels; // fromEntries forgets the keys' type
}
