/** People and deals as a British company that equips warehouses writes them. */
import { britishScenes } from './british-scenes.js';
import type { DealWords, PeopleWords, SalesWords } from './demo-words.js';

const people: PeopleWords = {
  titles: ['Ms', 'Mr'],
  firstNames: [
    [
      'Abigail', 'Aisha', 'Alison', 'Bethan', 'Catriona', 'Charlotte', 'Eleanor', 'Emma', 'Fiona', 'Gemma', 'Hannah', 'Imogen', 'Joanne',
      'Kirsty', 'Lauren', 'Megan', 'Niamh', 'Olivia', 'Rachel', 'Rhiannon', 'Sarah', 'Shabana', 'Siobhan', 'Victoria',
    ],
    [
      'Alistair', 'Andrew', 'Ben', 'Callum', 'Craig', 'Daniel', 'David', 'Ewan', 'Gareth', 'Graham', 'Hamish', 'Imran', 'James', 'Kwame',
      'Liam', 'Matthew', 'Neil', 'Oliver', 'Patrick', 'Rhys', 'Ryan', 'Sanjay', 'Stuart', 'Tom',
    ],
  ],
  lastNames: [
    'Adeyemi', 'Ahmed', 'Armstrong', 'Barker', 'Bennett', 'Campbell', 'Chapman', 'Clarke', 'Davies', 'Douglas', 'Edwards', 'Fletcher',
    'Gallagher', 'Hughes', 'Hussain', 'Jenkins', 'Kaur', 'Khan', 'Lloyd', 'MacDonald', 'Mitchell', 'Morgan', 'Murphy', 'Newton',
    "O'Connor", 'Palmer', 'Parry', 'Reid', 'Roberts', 'Shah', 'Stevenson', 'Taylor', 'Turner', 'Walsh', 'Watkins', 'Wright',
  ],
  jobs: [
    { title: ['Managing Director', 'Managing Director'], department: 'Management', duty: 'decides' },
    { title: ['Owner', 'Owner'], department: 'Management', duty: 'decides' },
    { title: ['Finance Director', 'Finance Director'], department: 'Finance', duty: 'decides' },
    { title: ['Operations Director', 'Operations Director'], department: 'Operations', duty: 'decides' },
    { title: ['Purchasing Manager', 'Purchasing Manager'], department: 'Purchasing', duty: 'decides' },
    { title: ['Accounts Payable Clerk', 'Accounts Payable Clerk'], department: 'Finance', duty: 'pays' },
    { title: ['Warehouse Manager', 'Warehouse Manager'], department: 'Operations', duty: 'receives' },
    { title: ['Shift Supervisor', 'Shift Supervisor'], department: 'Operations', duty: 'uses' },
    { title: ['IT Support Analyst', 'IT Support Analyst'], department: 'IT', duty: 'uses' },
  ],
  language: 'en',
  otherLanguages: ['cy', 'fr'],
  notes: ['Best before ten in the morning.', 'Works from home on Fridays.', 'Met at the Birmingham expo.', 'Copy in accounts on every quote.'],
  leavings: ['Left the company.', 'Moved to another division.'],
}; // prettier-ignore

const deals: DealWords = {
  offers: [
    { name: 'Handheld scanners', articles: [
      ['HH-20', 'Handheld scanner', 38_995, 6, 60],
      ['CRD-4', 'Four-way charging cradle', 14_950, 1, 12],
    ] },
    { name: 'Warehouse management system', articles: [
      ['WMS-U', 'WMS licence, per user and year', 62_400, 8, 50],
      ['IMP-D', 'Day of implementation', 87_500, 8, 35],
    ] },
    { name: 'Support contract renewal 2027', articles: [['SUP-Y', 'Support, per device and year', 5_940, 20, 160]] },
    { name: 'Label printers', articles: [
      ['LP-300', 'Industrial label printer', 124_500, 2, 14],
      ['LBL-K', 'Box of 12 000 labels', 8_675, 4, 60],
    ] },
    { name: 'Site survey and Wi-Fi upgrade', articles: [
      ['SRV', 'Site survey', 165_000, 1, 2],
      ['AP-6', 'Access point, installed', 42_780, 4, 32],
    ] },
    { name: 'Voice picking pilot', articles: [
      ['VP-SET', 'Voice picking headset', 51_225, 5, 20],
      ['TRN-D', 'Training day', 79_000, 1, 3],
    ] },
    { name: 'Pallet tracking tags', articles: [['TAG-C', 'Case of 500 tags', 43_350, 2, 40]] },
  ],
  writeProduct: ([sku, description], quantity, unitPrice) => ({ sku, description, quantity, unit_price: unitPrice }),
  stages: {
    NEW: 'First contact', QUALIFIED: 'Need confirmed', PROPOSAL: 'Quote sent',
    NEGOTIATION: 'Terms under discussion', WON: 'Purchase order in', LOST: 'Closed',
  },
  teams: ['North', 'South', 'Key accounts'],
  campaigns: ['Birmingham expo 2026', 'Peak season offer', 'Referral scheme'],
  competitors: ['Bramwell Systems', 'Scanhaven', 'Northgate Labels', 'In-house solution'],
  winReasons: ['Best technical fit', 'Shortest lead time', 'Local engineers', 'Price after volume discount', 'Successful pilot'],
  lossReasons: ['Budget withdrawn', 'Competitor was cheaper', 'Postponed to 2027', 'No answer after three reminders', 'Kept the in-house solution'],
  notes: ['Board meets on the first Tuesday of the month.', 'Wants a reference in the same trade.', 'Finance is still to be convinced.'],
  nextSteps: {
    NEW: ['Qualify the need', 'Find out who decides'],
    QUALIFIED: ['Book the demonstration', 'Get the exact number of devices'],
    PROPOSAL: ['Chase the quote', 'Present to the board'],
    NEGOTIATION: ['Get the discount approved', 'Draft the contract'],
  },
  otherCurrencies: ['EUR', 'EUR', 'USD'],
}; // prettier-ignore

/** The words of the British demo. */
export const britishWords: SalesWords = { people, deals, scenes: britishScenes };
