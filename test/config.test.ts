import { environment, loadConfig } from '../src/config.js';
import { StartupError } from '../src/platform/errors/startup-error.js';

/** What people and scripts write by mistake; each variable has to reject some of it. */
const MISTAKES = [
  'abc',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '99999999999',
  'yes',
  'TRUE ish',
  'http://127.0.0.1:4000/path',
  '127.0.0.1:4000',
  '999.1.1.1',
  'mysql://host/crm',
  'postgres://user:pa/ss@host/crm',
  'foo',
  '10.0.0.0/99',
  ',',
  'tab\tand\u0007bell',
  'k1:short',
  'secret-that-nobody-may-read',
] as const;
const VARIABLES = Object.keys(environment.shape);
/** Zod's own words, and JavaScript's. */
const NOT_OURS = /[Ii]nvalid|[Ee]xpected|received|[Tt]oo (?:small|big)|\bNaN\b|undefined|pattern|option/;

function complaintOf(variables: Readonly<Record<string, string>>): string | undefined {
  try {
    loadConfig(variables);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return (error as StartupError).message; // seen in the line above
  }
}

describe('every variable, set to what it cannot be', () => {
  test.each(VARIABLES)('%s says what is allowed, in one sentence of ours', (variable) => {
    const beside: Readonly<Record<string, string>> =
      variable === 'DATABASE_MIGRATION_URL' ? { DATABASE_URL: 'postgres://crm_app:x@host/crm' } : {};
    const complaints = MISTAKES.map((text) => complaintOf({ ...beside, [variable]: text })).filter(
      (complaint) => complaint !== undefined,
    );

    expect(complaints.length).toBeGreaterThan(0);
    for (const complaint of complaints) {
      expect(complaint).toMatch(new RegExp(`^The configuration is wrong: ${variable} (?:must|needs) [^\n]*\\.$`));
      expect(complaint).not.toMatch(NOT_OURS);
      expect(complaint).not.toContain('nobody-may-read');
    }
  });

  test('several are told of at once', () => {
    expect(complaintOf({ PORT: 'abc', TRUSTED_PROXIES: 'foo' })).toBe(
      'The configuration is wrong: PORT must be a whole number from 0 to 65535; TRUSTED_PROXIES must be addresses, ' +
        'ranges such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, separated by commas.',
    );
  });
});

test.each([
  ['HOST', 'localhost', '::', '0.0.0.0', 'crm_api.internal', 'fe80::1%eth0'],
  ['DATABASE_URL', 'postgres://u:p%40@host:5433/crm?sslmode=require', 'postgresql:///crm?host=/run/postgresql'],
  ['DATABASE_URL', 'postgres://u:p@/crm?host=/run/postgresql'],
  ['CORS_ORIGINS', '*', 'https://a.example, http://localhost:3000'],
  ['TRUSTED_PROXIES', 'loopback', '10.0.0.0/8, 192.168.1.1,fd00::/8'],
  ['DATA_DIR', '.data', '/srv/données crm'],
  ['DEMO_DATA', 'true', 'false', '1', '0'],
])('%s takes what it should', (variable, ...texts) => {
  for (const text of texts) expect(complaintOf({ [variable]: text })).toBeUndefined();
});

test('a key is named once, and there is one', () => {
  const secret = 'q8Zk3vX1nB7mW5tR9yU2cE4hG6jL0pA_';
  expect(complaintOf({ JWT_SECRETS: `a:${secret},b:${secret}` })).toBeUndefined();
  expect(complaintOf({ JWT_SECRETS: `a:${secret},a:${secret}` })).toMatch(/must name each kid once/);
  expect(complaintOf({ JWT_SECRETS: ',' })).toMatch(/must be kid:secret pairs/);
});

test('the port of the operators asks for a token, unless it is for this machine alone', () => {
  const port = { OPERATOR_PORT: '9464', OPERATOR_TOKENS: '' };
  for (const OPERATOR_HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    expect(complaintOf({ ...port, OPERATOR_HOST })).toBeUndefined();
  for (const OPERATOR_HOST of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example', '127.crm.example'])
    expect(complaintOf({ ...port, OPERATOR_HOST })).toMatch(/OPERATOR_TOKENS is required/);
});
