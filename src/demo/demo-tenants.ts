/** The two companies of the demo and who may sign in to them. */
import { Role } from '../access/identity/user.entity.js';

/** The password of every demo user. It is printed at the start, so demo data is never created in production. */
export const DEMO_PASSWORD = 'demo-password-2026';

/**
 * The end of the demo, the evening of Friday 20 November 2026 in Paris: a fixed moment, so that the data is the same on every machine
 * and day. Completed work lies before it. Planned work lies before and after it, so that some of it is overdue.
 */
export const DEMO_ENDS_AT = Date.UTC(2026, 10, 20, 17);

/** The year in the codes of all opportunities of the demo. */
export const DEMO_YEAR = 2026;

export interface DemoTenant {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  readonly country: string;
  readonly customers: number;
  readonly opportunities: number;
  readonly activities: number;
  /** Seed of the random numbers of its data. */
  readonly seed: number;
  readonly fullNames: Readonly<Record<Role, string>>;
}

/** `demo` comes last: if it exists, all of them exist. */
export const DEMO_TENANTS: readonly [DemoTenant, DemoTenant] = [
  {
    id: 'acme',
    name: 'ACME Ltd',
    timeZone: 'Europe/London',
    currency: 'GBP',
    country: 'GB',
    customers: 60,
    opportunities: 40,
    activities: 300,
    seed: 1947,
    fullNames: { admin: 'Harriet Pemberton', manager: 'Owen Griffiths', user: 'Priya Nair', readonly: 'Callum Fraser' },
  },
  {
    id: 'demo',
    name: 'Démo SAS',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    country: 'FR',
    customers: 300,
    opportunities: 150,
    activities: 1200,
    seed: 2026,
    fullNames: {
      admin: 'Hélène Garnier',
      manager: 'François Lefèvre',
      user: 'Anaïs Benali',
      readonly: 'Loïc Kervella',
    },
  },
];

export interface DemoSignIn {
  readonly tenantId: string;
  readonly email: string;
  readonly role: Role;
}

/** E-mail address of a demo user, e.g. `manager@demo.example`. */
export function demoEmail(tenantId: string, role: Role): string {
  return `${role}@${tenantId}.example`;
}

/** Who may sign in to the demo, all with `DEMO_PASSWORD`. */
export const DEMO_SIGN_INS: readonly DemoSignIn[] = DEMO_TENANTS.flatMap(({ id }) =>
  Object.values(Role).map((role) => ({ tenantId: id, email: demoEmail(id, role), role })),
);
