/** French firms: names, places, and register, VAT and telephone numbers that are well-formed. */
import type { Faker } from '@faker-js/faker';
import { digits, domainOf, makeUnique, sometimes, type Firm, type FirmMaker } from './demo-firm.js';
import type { DemoCountry } from './demo-records.js';
import { frenchWords } from './french-words.js';

const TRADES: Readonly<Record<string, readonly string[]>> = {
  Agroalimentaire: ['Fromagerie', 'Biscuiterie', 'Conserverie', 'Brasserie', 'Boulangerie', 'Moulins', 'Maison'],
  'Bâtiment et travaux publics': ['Menuiserie', 'Charpentes', 'Maçonnerie', 'Couverture', 'Électricité', 'Peintures'],
  Industrie: ['Mécanique', 'Fonderie', 'Ateliers', 'Tôlerie', 'Chaudronnerie', 'Plasturgie'],
  'Transport et logistique': ['Transports', 'Messagerie', 'Déménagements', 'Logistique'],
  'Commerce de gros': ['Comptoir', 'Négoce', 'Quincaillerie', 'Matériaux'],
  'Conseil et services': ['Cabinet', 'Études', 'Conseil', 'Agence'],
  'Hôtellerie et restauration': ['Hôtel', 'Auberge', 'Traiteur', 'Table'],
  Santé: ['Laboratoire', 'Optique', 'Pharmacie', 'Clinique'],
  'Informatique et numérique': ['Logiciels', 'Studio', 'Données', 'Réseaux'],
  Agriculture: ['Domaine', 'Vergers', 'Pépinières', 'Coopérative'],
};

const SURNAMES = [
  'Lefèvre', 'François', 'Gérard', 'Hébert', 'Étienne', 'Barthélemy', 'Béranger', 'Léger', 'Ménard', 'Mahé', 'Géraud', 'Noël',
  'Prévost', 'Rivière', 'Thévenet', 'Vallée', 'Guérin', 'Legoût', 'Château', 'Bénard', 'Périer', 'Sénéchal', 'Crépin', 'Dufrêne',
]; // prettier-ignore

/** Region → what firms there are named after. */
const LANDSCAPES: Readonly<Record<string, readonly string[]>> = {
  'Île-de-France': ['du Marais', 'de la Bièvre', 'du Grand Paris', 'de la Marne'],
  'Pays de la Loire': ['de la Loire', "d'Anjou", 'du Vignoble', 'de la Sarthe'],
  Bretagne: ["d'Armorique", 'du Léon', "de l'Argoat", "d'Émeraude"],
  Normandie: ["du Pays d'Auge", 'de la Côte de Nacre', 'du Vexin', 'de la Seine'],
  'Centre-Val de Loire': ['du Berry', 'de Touraine', 'de Sologne', 'de Beauce'],
  'Hauts-de-France': ['de Flandre', 'du Ternois', 'de Picardie', 'de la Lys'],
  'Grand Est': ['des Vosges', 'du Ried', 'de Champagne', 'de la Moselle'],
  'Bourgogne-Franche-Comté': ['de la Côte', 'du Doubs', 'de Haute-Saône', 'du Morvan'],
  'Auvergne-Rhône-Alpes': ['du Vercors', 'du Léman', 'du Forez', 'des Volcans', 'des Trois Vallées'],
  "Provence-Alpes-Côte d'Azur": ['des Alpilles', "de l'Estérel", 'du Verdon', 'de la Baie'],
  Occitanie: ['des Cévennes', 'du Lauragais', 'de la Méditerranée', 'du Minervois'],
  'Nouvelle-Aquitaine': ['du Béarn', 'du Périgord', 'des Landes', "de l'Île de Ré"],
};

const STREETS = [
  'rue de la République', 'avenue Jean-Jaurès', 'rue du Général-Leclerc', 'boulevard de la Liberté', 'rue Émile-Zola', 'chemin des Prés',
  'rue Pasteur', 'place de la Mairie', 'allée des Tilleuls', 'quai des Belges', "rue de l'Église", 'route de la Forêt', 'impasse du Moulin',
  'rue Victor-Hugo', 'cours Gambetta', 'rue des Écoles',
]; // prettier-ignore

/** City, a postal code of it, region, telephone zone. */
const CITIES: readonly (readonly [city: string, postalCode: string, region: string, zone: 1 | 2 | 3 | 4 | 5])[] = [
  ['Paris', '75011', 'Île-de-France', 1], ['Paris', '75002', 'Île-de-France', 1], ['Paris', '75015', 'Île-de-France', 1],
  ['Boulogne-Billancourt', '92100', 'Île-de-France', 1], ['Saint-Denis', '93200', 'Île-de-France', 1], ['Créteil', '94000', 'Île-de-France', 1],
  ['Versailles', '78000', 'Île-de-France', 1], ['Évry-Courcouronnes', '91000', 'Île-de-France', 1],
  ['Nantes', '44000', 'Pays de la Loire', 2], ['Angers', '49000', 'Pays de la Loire', 2], ['Le Mans', '72000', 'Pays de la Loire', 2],
  ['Rennes', '35000', 'Bretagne', 2], ['Brest', '29200', 'Bretagne', 2], ['Vannes', '56000', 'Bretagne', 2], ['Saint-Malo', '35400', 'Bretagne', 2],
  ['Rouen', '76000', 'Normandie', 2], ['Le Havre', '76600', 'Normandie', 2], ['Caen', '14000', 'Normandie', 2], ['Évreux', '27000', 'Normandie', 2],
  ['Tours', '37000', 'Centre-Val de Loire', 2], ['Orléans', '45000', 'Centre-Val de Loire', 2], ['Châteauroux', '36000', 'Centre-Val de Loire', 2],
  ['Lille', '59000', 'Hauts-de-France', 3], ['Roubaix', '59100', 'Hauts-de-France', 3], ['Amiens', '80000', 'Hauts-de-France', 3],
  ['Béthune', '62400', 'Hauts-de-France', 3], ['Strasbourg', '67000', 'Grand Est', 3], ['Reims', '51100', 'Grand Est', 3],
  ['Metz', '57000', 'Grand Est', 3], ['Épinal', '88000', 'Grand Est', 3], ['Colmar', '68000', 'Grand Est', 3],
  ['Dijon', '21000', 'Bourgogne-Franche-Comté', 3], ['Besançon', '25000', 'Bourgogne-Franche-Comté', 3],
  ['Lyon', '69003', 'Auvergne-Rhône-Alpes', 4], ['Lyon', '69007', 'Auvergne-Rhône-Alpes', 4], ['Villeurbanne', '69100', 'Auvergne-Rhône-Alpes', 4],
  ['Saint-Étienne', '42000', 'Auvergne-Rhône-Alpes', 4], ['Grenoble', '38000', 'Auvergne-Rhône-Alpes', 4], ['Annecy', '74000', 'Auvergne-Rhône-Alpes', 4],
  ['Clermont-Ferrand', '63000', 'Auvergne-Rhône-Alpes', 4], ['Marseille', '13006', "Provence-Alpes-Côte d'Azur", 4],
  ['Aix-en-Provence', '13100', "Provence-Alpes-Côte d'Azur", 4], ['Nice', '06000', "Provence-Alpes-Côte d'Azur", 4],
  ['Montpellier', '34000', 'Occitanie', 4], ['Nîmes', '30000', 'Occitanie', 4], ['Béziers', '34500', 'Occitanie', 4],
  ['Toulouse', '31000', 'Occitanie', 5], ['Bordeaux', '33000', 'Nouvelle-Aquitaine', 5], ['Pau', '64000', 'Nouvelle-Aquitaine', 5],
  ['La Rochelle', '17000', 'Nouvelle-Aquitaine', 5], ['Limoges', '87000', 'Nouvelle-Aquitaine', 5], ['Périgueux', '24000', 'Nouvelle-Aquitaine', 5],
]; // prettier-ignore

/** Blocks that the regulator (ARCEP) keeps for works of fiction: they ring nowhere. */
const PHONE_BLOCKS = { 1: '01 99 00', 2: '02 61 91', 3: '03 53 01', 4: '04 65 71', 5: '05 36 49' } as const;
const MOBILE_BLOCK = '06 39 98';

const LEGAL_FORMS = ['SARL', 'SARL', 'SAS', 'SAS', 'SAS', 'SASU', 'EURL', 'SA', 'SCOP'];

/** The digit that completes a number by Luhn's rule. */
function luhnDigit(text: string): string {
  const sum = Array.from(text)
    .reverse()
    .map((digit, place) => Number(digit) * (place % 2 === 0 ? 2 : 1))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
  return String((10 - (sum % 10)) % 10);
}

/** SIREN (the firm) and SIRET (its seat): both end in a digit by Luhn's rule. VAT: a key of two digits before the SIREN. */
function makeNumbers(faker: Faker): Pick<Firm, 'registrationNumber' | 'taxId'> {
  const begin = `${faker.number.int({ min: 3, max: 9 })}${digits(faker, 7)}`;
  const siren = `${begin}${luhnDigit(begin)}`;
  const seat = `${siren}000${faker.number.int({ min: 1, max: 4 })}`;
  const key = (12 + 3 * (Number(siren) % 97)) % 97;
  return { registrationNumber: `${seat}${luhnDigit(seat)}`, taxId: `FR${String(key).padStart(2, '0')}${siren}` };
}

/** The list writes `Da silva`. */
function makePlainSurname(faker: Faker): string {
  return faker.person.lastName().replace(/ [a-z]/g, (text) => text.toUpperCase());
}

function makeName(faker: Faker, industry: string, region: string): string {
  const trade = faker.helpers.arrayElement(TRADES[industry] ?? []);
  const surname = faker.helpers.arrayElement([faker.helpers.arrayElement(SURNAMES), makePlainSurname(faker)]);
  return faker.helpers.weightedArrayElement([
    { weight: 4, value: `${trade} ${surname}` },
    { weight: 2, value: `${trade} ${surname} & Fils` },
    { weight: 1, value: `${trade} ${surname} et Associés` },
    { weight: 4, value: `${trade} ${faker.helpers.arrayElement(LANDSCAPES[region] ?? [])}` },
  ]);
}

function makePair(faker: Faker): string {
  return `${digits(faker, 2)} ${digits(faker, 2)}`;
}

/** @returns the zone of a postal code in the list of cities */
function zoneOf(postalCode: string | null): keyof typeof PHONE_BLOCKS {
  return CITIES.find(([, code]) => code === postalCode)?.[3] ?? 1;
}

/** French firms and the words that a French sales team uses for them. */
const firms: FirmMaker = {
  makeFirm: (faker, taken) => {
    const industry = faker.helpers.objectKey(TRADES);
    const [city, postalCode, state, zone] = faker.helpers.arrayElement(CITIES);
    const name = makeUnique(taken, () => makeName(faker, industry, state));
    const legalForm = faker.helpers.arrayElement(LEGAL_FORMS);
    const domain = domainOf(name);
    return {
      name,
      legalName: `${name} ${legalForm}`,
      legalForm,
      industry,
      email: sometimes(faker, 92, `contact@${domain}`),
      phone: sometimes(faker, 90, `${PHONE_BLOCKS[zone]} ${makePair(faker)}`),
      mobile: sometimes(faker, 40, `${MOBILE_BLOCK} ${makePair(faker)}`),
      website: sometimes(faker, 75, `https://www.${domain}`),
      addressLine1: `${faker.number.int({ min: 1, max: 180 })} ${faker.helpers.arrayElement(STREETS)}`,
      addressLine2: sometimes(faker, 15, `Bâtiment ${faker.helpers.arrayElement(['A', 'B', 'C', 'D'])}`),
      city,
      state,
      postalCode,
      countryCode: 'FR',
      ...makeNumbers(faker),
    };
  },
  makePhone: (faker, { postalCode }) => `${PHONE_BLOCKS[zoneOf(postalCode)]} ${makePair(faker)}`,
  makeMobile: (faker) => `${MOBILE_BLOCK} ${makePair(faker)}`,
  vocabulary: {
    sizes: [['TPE', 9, 'Artisans'], ['PME', 249, 'PME régionales'], ['ETI', 4999, 'Grands comptes'], ['GE', 30_000, 'Grands comptes']],
    sources: ['Site web', 'Salon professionnel', 'Recommandation', 'Prospection téléphonique', 'Réseau social', 'Partenaire'],
    tags: ['export', 'grand compte', 'salon 2026', 'à relancer', 'éco-responsable', 'multi-sites', 'fidèle', 'devis en cours'],
    notes: [
      'Préfère être appelé le matin.',
      'Demande une facture par établissement.',
      'Livraison à quai uniquement, prévenir la veille.',
      'Renouvelle son contrat chaque année en septembre.',
    ],
    internalNotes: [
      'Compare toujours deux devis : soigner le délai.',
      'Décision prise par la direction à Paris.',
      "Deux retards de paiement l'an dernier, régularisés depuis.",
    ],
  },
}; // prettier-ignore

/** The demo of this country. */
export const country: DemoCountry = { firms, words: frenchWords };
