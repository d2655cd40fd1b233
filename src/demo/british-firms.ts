/** British firms: names, places, and register, VAT and telephone numbers that are well-formed. */
import type { Faker } from '@faker-js/faker';
import { digits, domainOf, makeUnique, pickWeighted, sometimes, type FirmMaker } from './demo-firm.js';
import type { DemoCountry } from './demo-records.js';
import { britishWords } from './british-words.js';

const TRADES: Readonly<Record<string, readonly string[]>> = {
  'Food and drink': ['Brewery', 'Bakeries', 'Fine Foods', 'Dairy'],
  Construction: ['Joinery', 'Roofing', 'Builders', 'Electrical'],
  Manufacturing: ['Engineering', 'Castings', 'Precision Tools', 'Textiles'],
  Logistics: ['Haulage', 'Freight', 'Removals'],
  'Professional services': ['Consulting', 'Surveyors', 'Design'],
  Technology: ['Software', 'Data', 'Networks'],
  Hospitality: ['Inns', 'Catering', 'Hotels'],
};

const SURNAMES = [
  'Ashworth', 'Pemberton', 'Whitaker', 'Fairclough', 'Holloway', 'Cartwright', 'Thornton', 'Redfern', 'Kershaw', 'Bainbridge',
  'Lockwood', 'Hargreaves', 'MacLeod', 'Llewellyn', 'Sinclair', 'Okafor', 'Patel', 'Marsden', 'Winstanley', 'Oakley',
]; // prettier-ignore

const STREETS = [
  'High Street',
  'Station Road',
  'Mill Lane',
  'Victoria Street',
  'Church Lane',
  'Queensway',
  'Dock Road',
  'Park Row',
];

/** City, outward postcode, nation, and the block of telephone numbers that Ofcom keeps for drama there. */
const CITIES = [
  ['London', 'EC1V', 'England', '020 7946 0'], ['London', 'SE1', 'England', '020 7946 0'], ['Leeds', 'LS1', 'England', '0113 496 0'],
  ['Sheffield', 'S1', 'England', '0114 496 0'], ['Nottingham', 'NG1', 'England', '0115 496 0'], ['Bristol', 'BS1', 'England', '0117 496 0'],
  ['Reading', 'RG1', 'England', '0118 496 0'], ['Birmingham', 'B3', 'England', '0121 496 0'], ['Manchester', 'M1', 'England', '0161 496 0'],
  ['Liverpool', 'L2', 'England', '0151 496 0'], ['Edinburgh', 'EH2', 'Scotland', '0131 496 0'], ['Glasgow', 'G2', 'Scotland', '0141 496 0'],
  ['Cardiff', 'CF10', 'Wales', '029 2018 0'], ['Belfast', 'BT1', 'Northern Ireland', '028 9649 6'],
] as const; // prettier-ignore

/** The last two digits make the weighted sum divisible by 97. */
function makeVatNumber(faker: Faker): string {
  const begin = `${faker.number.int({ min: 1, max: 9 })}${digits(faker, 6)}`;
  const sum = Array.from(begin).reduce((total, digit, place) => total + Number(digit) * (8 - place), 0);
  return `GB${begin}${String(97 - (sum % 97)).padStart(2, '0')}`;
}

function makeName(faker: Faker, industry: string): string {
  const trade = faker.helpers.arrayElement(TRADES[industry] ?? []);
  const [first = '', second = ''] = faker.helpers.arrayElements(SURNAMES, 2);
  const names = { [`${first} ${trade}`]: 4, [`${first} & Sons ${trade}`]: 2, [`${first} & ${second} ${trade}`]: 2 };
  return pickWeighted(faker, names);
}

function makePostcode(faker: Faker, outward: string): string {
  // The inward part has none of C I K M O V.
  const letters = faker.string.fromCharacters('ABDEFGHJLNPQRSTUWXYZ', 2);
  return `${outward} ${faker.number.int({ min: 1, max: 9 })}${letters}`;
}

/** @returns the block of a city in the list, else London's */
function phoneBlockOf(city: string | null): string {
  return CITIES.find(([name]) => name === city)?.[3] ?? CITIES[0][3];
}

/** British firms and the words that a British sales team uses for them. */
const firms: FirmMaker = {
  makeFirm: (faker, taken) => {
    const industry = faker.helpers.objectKey(TRADES);
    const name = makeUnique(taken, () => makeName(faker, industry));
    const [city, outward, state, phoneBlock] = faker.helpers.arrayElement(CITIES);
    const legalForm = faker.helpers.arrayElement(['Ltd', 'Ltd', 'Ltd', 'LLP', 'plc']);
    const domain = domainOf(name);
    return {
      name,
      legalName: `${name} ${legalForm}`,
      legalForm,
      industry,
      email: sometimes(faker, 92, `hello@${domain}`),
      phone: sometimes(faker, 90, `${phoneBlock}${digits(faker, 3)}`),
      mobile: sometimes(faker, 40, `07700 900${digits(faker, 3)}`),
      website: sometimes(faker, 75, `https://www.${domain}`),
      addressLine1: `${faker.number.int({ min: 1, max: 180 })} ${faker.helpers.arrayElement(STREETS)}`,
      addressLine2: sometimes(faker, 15, `Unit ${faker.number.int({ min: 1, max: 12 })}`),
      city,
      state,
      postalCode: makePostcode(faker, outward),
      countryCode: 'GB',
      taxId: makeVatNumber(faker),
      registrationNumber: `0${digits(faker, 7)}`,
    };
  },
  makePhone: (faker, { city }) => `${phoneBlockOf(city)}${digits(faker, 3)}`,
  makeMobile: (faker) => `07700 900${digits(faker, 3)}`,
  vocabulary: {
    sizes: [['Micro', 9, 'Trade'], ['Small', 49, 'Trade'], ['Medium', 249, 'Mid-market'], ['Large', 8000, 'Key accounts']],
    sources: ['Website', 'Trade show', 'Referral', 'Cold call', 'Partner'],
    tags: ['export', 'key account', 'expo 2026', 'follow up', 'multi-site', 'loyal'],
    notes: ['Prefers a call in the morning.', 'Wants one invoice per site.', 'Renews every September.'],
    internalNotes: ['Always compares two quotes: mind the lead time.', 'Decisions are made at head office in London.'],
  },
}; // prettier-ignore

/** The demo of this country. */
export const country: DemoCountry = { firms, words: britishWords };
