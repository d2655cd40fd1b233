/** People and deals as a French company that sells management software writes them. */
import { frenchScenes } from './french-scenes.js';
import type { DealWords, PeopleWords, SalesWords } from './demo-words.js';

const people: PeopleWords = {
  titles: ['Mme', 'M.'],
  firstNames: [
    [
      'Amandine', 'Anne-Laure', 'Aurélie', 'Béatrice', 'Camille', 'Catherine', 'Cécile', 'Chloé', 'Claire', 'Delphine', 'Émilie', 'Fatima',
      'Florence', 'Hélène', 'Inès', 'Isabelle', 'Julie', 'Karine', 'Laëtitia', 'Léa', 'Maëlle', 'Marie-Christine', 'Nadia', 'Nathalie',
      'Océane', 'Sandrine', 'Sophie', 'Solène', 'Stéphanie', 'Valérie', 'Véronique', 'Zoé',
    ],
    [
      'Adrien', 'Alexandre', 'Antoine', 'Benoît', 'Bruno', 'Cédric', 'Christophe', 'Damien', 'Didier', 'Éric', 'Fabrice', 'François',
      'Frédéric', 'Gaël', 'Guillaume', 'Jean-Philippe', 'Jérôme', 'Julien', 'Karim', 'Laurent', 'Loïc', 'Mathieu', 'Mehdi', 'Nicolas',
      'Olivier', 'Pascal', 'Quentin', 'Rémi', 'Sébastien', 'Stéphane', 'Thierry', 'Yann',
    ],
  ],
  lastNames: [
    'André', 'Aubert', 'Barbier', 'Benali', 'Blanchard', 'Bonnet', 'Boucher', 'Brun', 'Carpentier', 'Chevalier', 'Colin', 'Da Silva',
    'Delattre', 'Diallo', 'Dufour', 'Faure', 'Fontaine', 'Gaillard', 'Gauthier', 'Girard', 'Guillot', 'Haddad', 'Hamon', 'Henry', 'Joly',
    'Lambert', 'Le Goff', 'Le Roux', 'Lemaire', 'Leroy', 'Lévêque', 'Marchand', 'Martinez', 'Masson', 'Mercier', 'Meunier', 'Moreau',
    'Nguyen', 'Olivier', 'Pelletier', 'Perrin', 'Picard', 'Poirier', 'Renaud', 'Rey', 'Robin', 'Roussel', 'Traoré', 'Vasseur', 'Vidal',
  ],
  jobs: [
    { title: ['Gérante', 'Gérant'], department: 'Direction', duty: 'decides' },
    { title: ['Directrice générale', 'Directeur général'], department: 'Direction', duty: 'decides' },
    { title: ['Directrice administrative et financière', 'Directeur administratif et financier'], department: 'Finance', duty: 'decides' },
    { title: ['Directrice des systèmes d’information', 'Directeur des systèmes d’information'], department: 'Informatique', duty: 'decides' },
    { title: ['Responsable des achats', 'Responsable des achats'], department: 'Achats', duty: 'decides' },
    { title: ['Cheffe comptable', 'Chef comptable'], department: 'Comptabilité', duty: 'pays' },
    { title: ['Comptable fournisseurs', 'Comptable fournisseurs'], department: 'Comptabilité', duty: 'pays' },
    { title: ['Responsable logistique', 'Responsable logistique'], department: 'Logistique', duty: 'receives' },
    { title: ['Cheffe de dépôt', 'Chef de dépôt'], department: 'Logistique', duty: 'receives' },
    { title: ['Assistante commerciale', 'Assistant commercial'], department: 'Ventes', duty: 'uses' },
    { title: ['Responsable des ventes', 'Responsable des ventes'], department: 'Ventes', duty: 'uses' },
    { title: ['Technicienne informatique', 'Technicien informatique'], department: 'Informatique', duty: 'uses' },
  ],
  language: 'fr',
  otherLanguages: ['en', 'de', 'es'],
  notes: [
    'Joignable plutôt avant 10 h.',
    'En télétravail le mercredi et le vendredi.',
    'Rencontre au salon de Lyon, très au fait du sujet.',
    'Passer par l’accueil et demander le poste 214.',
    'Souhaite recevoir les devis en PDF, en copie à la comptabilité.',
  ],
  leavings: ['A quitté l’entreprise.', 'A pris sa retraite.', 'N’est plus notre interlocuteur depuis la réorganisation.'],
}; // prettier-ignore

const deals: DealWords = {
  offers: [
    { name: 'Logiciel de gestion commerciale', articles: [
      ['LIC-GC', 'Licence gestion commerciale, par poste et par an', 46_800, 4, 45],
      ['FOR-J', 'Journée de formation sur site', 115_000, 1, 5],
    ] },
    { name: 'Projet ERP', articles: [
      ['LIC-ERP', 'Licence ERP, par utilisateur et par an', 94_250, 10, 70],
      ['INT-J', 'Journée d’intégration', 98_500, 12, 60],
      ['REP-DON', 'Reprise des données', 649_990, 1, 1],
    ] },
    { name: 'Renouvellement de la maintenance 2027', articles: [['MNT-AN', 'Maintenance annuelle, par poste', 13_990, 8, 90]] },
    { name: 'Migration vers la version hébergée', articles: [
      ['HEB-AN', 'Hébergement annuel', 358_800, 1, 2],
      ['MIG-J', 'Journée de migration', 92_000, 3, 14],
    ] },
    { name: 'Formation des équipes commerciales', articles: [['FOR-J', 'Journée de formation sur site', 115_000, 2, 9]] },
    { name: 'Terminaux de préparation de commandes', articles: [
      ['TRM-7', 'Terminal durci 7 pouces', 71_249, 5, 40],
      ['SOC-5', 'Socle de charge, cinq emplacements', 23_975, 1, 8],
    ] },
    { name: 'Connecteur comptable', articles: [
      ['CNX-CPT', 'Connecteur comptable', 189_000, 1, 1],
      ['PAR-J', 'Journée de paramétrage', 89_550, 1, 3],
    ] },
    { name: 'Facturation électronique', articles: [
      ['FE-MOD', 'Module facturation électronique', 240_000, 1, 1],
      ['FE-VOL', 'Lot de 1 000 factures', 17_850, 2, 30],
    ] },
    { name: 'Audit du système d’information', articles: [['AUD-J', 'Journée d’audit', 129_000, 3, 12]] },
    { name: 'Portail client', articles: [
      ['PRT-BASE', 'Portail client, mise en service', 780_000, 1, 1],
      ['PRT-AN', 'Abonnement annuel', 214_800, 1, 3],
    ] },
    { name: 'Extension de licences', articles: [['LIC-GC', 'Licence gestion commerciale, par poste et par an', 46_800, 2, 15]] },
  ],
  writeProduct: ([reference, designation], quantite, prixUnitaire) => ({ reference, designation, quantite, prix_unitaire: prixUnitaire }),
  stages: {
    NEW: 'Premier contact', QUALIFIED: 'Besoin cadré', PROPOSAL: 'Devis envoyé',
    NEGOTIATION: 'Conditions discutées', WON: 'Bon de commande reçu', LOST: 'Dossier clos',
  },
  teams: ['Équipe Nord', 'Équipe Sud', 'Grands comptes'],
  campaigns: ['Salon de Lyon 2026', 'Facturation électronique 2026', 'Parrainage', 'Webinaire de rentrée'],
  competitors: ['Ardoisis', 'Logiverne', 'Comptaval', 'Gestiel', 'Solution développée en interne'],
  winReasons: [
    'Meilleure offre technique', 'Délai de mise en service plus court', 'Équipe locale et disponible', 'Prix après remise de volume',
    'Déjà client, satisfait du support', 'Démonstration convaincante sur ses propres données',
  ],
  lossReasons: [
    'Budget insuffisant', 'Concurrent retenu : prix inférieur', 'Projet reporté à 2027', 'Fonction absente : gestion des lots',
    'Sans réponse après trois relances', 'Solution interne conservée', 'Délai incompatible avec la clôture annuelle',
  ],
  notes: [
    'Le comité d’achat se réunit le premier mardi du mois.', 'Veut une référence dans le même secteur avant de signer.',
    'Sensible au prix : prévoir une variante sans formation.', 'Décision liée au bilan de fin d’année.',
    'Le DSI est favorable, la finance hésite encore.',
  ],
  nextSteps: {
    NEW: ['Qualifier le besoin', 'Identifier le décideur', 'Proposer un premier rendez-vous'],
    QUALIFIED: ['Organiser la démonstration', 'Chiffrer la reprise des données', 'Obtenir le nombre exact de postes'],
    PROPOSAL: ['Relancer le devis', 'Présenter l’offre au comité d’achat', 'Envoyer une variante sans formation'],
    NEGOTIATION: ['Obtenir l’accord de la finance', 'Faire valider la remise', 'Préparer le projet de contrat'],
  },
  otherCurrencies: ['CHF', 'CHF', 'USD', 'GBP'],
}; // prettier-ignore

/** The words of the French demo. */
export const frenchWords: SalesWords = { people, deals, scenes: frenchScenes };
