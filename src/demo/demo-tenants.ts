/** The two companies of the demo and who may sign in to them. */
import { Role } from '../access/identity/user.entity.js';

/** Of every demo user; printed at the start, so never made in production. */
export const DEMO_PASSWORD = 'demo-password-2026';

/**
 * The demo ends here, so that it is the same on every machine and day: the evening of Friday 20 November 2026 in Paris. What was done
 * lies before; what is planned or expected lies on both sides, so that at this moment some of it is overdue and some to come.
 */
export const DEMO_ENDS_AT = Date.UTC(2026, 10, 20, 17);

/** Of every opportunity of the demo, hence in their codes. */
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
  /** Starts the random numbers of its data. */
  readonly seed: number;
  readonly fullNames: Readonly<Record<Role, string>>;
}

/** The one that everybody looks at comes last: where it is, all are. */
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

/** Address of a demo user, e.g. `manager@demo.example`. */
export function demoEmail(tenantId: string, role: Role): string {
  return `${role}@${tenantId}.example`;
}

/** Who may sign in to the demo, all with `DEMO_PASSWORD`. */
export const DEMO_SIGN_INS: readonly DemoSignIn[] = DEMO_TENANTS.flatMap(({ id }) =>
  Object.values(Role).map((role) => ({ tenantId: id, email: demoEmail(id, role), role })),
);
