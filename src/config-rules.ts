/**
 * Rules for environment variables. Each describes what is allowed, in words that follow the variable's name. Values are never
 * repeated, since they may be secrets.
 */
import { isIP } from 'node:net';
import * as z from 'zod';

/** One signing key: `kid` names it in the token's header. */
export interface JwtKey {
  readonly kid: string;
  readonly secret: string;
}

/** @param read returns undefined for a value that is not allowed */
function rule<T>(allowed: string, read: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    context.addIssue(allowed);
    return z.NEVER;
  });
}

function textRule(allowed: string, isAllowed: (text: string) => boolean): z.ZodType<string, string> {
  return rule(allowed, (text) => (isAllowed(text) ? text : undefined));
}

/** One or more items, separated by commas. */
function listRule(allowed: string, isAllowed: (item: string) => boolean): z.ZodType<readonly string[], string> {
  return rule(`${allowed}, separated by commas`, (text) => {
    const items = splitList(text);
    return items.length > 0 && items.every(isAllowed) ? items : undefined;
  });
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function oneOf<const Name extends string>(...names: readonly Name[]): z.ZodType<Name, string> {
  return rule(`must be one of ${names.join(', ')}`, (text) => names.find((known) => known === text));
}

const FLAGS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

export const flag = rule('must be true or false', (text) => FLAGS.get(text));

/** Who may read the GraphQL schema: everybody, nobody, or callers who are identified. */
export const introspection = rule<boolean | 'signed-in'>('must be true, false or signed-in', (text) =>
  text === 'signed-in' ? text : FLAGS.get(text),
);

export function count(min: number, max: number): z.ZodType<number, string> {
  return rule(`must be a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  });
}

/** A part of a whole, such as 0.25. */
export const ratio = rule('must be a number from 0 to 1', (text) =>
  /^(?:0|1|0?\.\d{1,15}|1\.0+)$/.test(text) ? Number(text) : undefined,
);

export const name = textRule('must be 1 to 200 printable characters', (text) => /^[^\p{C}]{1,200}$/u.test(text));

export const path = textRule('must be the path of a folder', (text) => /^[^\p{Cc}]+$/u.test(text));

const HOST_NAME = /^(?!-)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;

export const host = textRule(
  'must be an address of this machine without a port, such as 127.0.0.1, 0.0.0.0 or ::',
  // Digits and dots alone are a wrong IP address, not a host name.
  (text) => isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text)),
);

export const postgresUrl = textRule(
  'must look like postgres://user:password@host:5432/database, with special characters of the password encoded (%40 for @)',
  // The driver also accepts a URL without a host: `?host=` then names a socket.
  (text) => /^postgres(?:ql)?:\/\//.test(text) && URL.canParse(text.replace('@/', '@socket/')),
);

export const httpUrl = textRule(
  'must be an address such as http://127.0.0.1:4318, without a query',
  (text) => /^https?:\/\/[^?#]+$/.test(text) && URL.canParse(text),
);

export const origins = listRule(
  'must be origins such as https://app.example without a path, or *',
  (item) => item === '*' || (/^https?:/.test(item) && URL.canParse(item) && new URL(item).origin === item),
);

export const tokens = listRule('must be tokens of 32 to 200 letters, digits, - or _', (item) =>
  /^[\w-]{32,200}$/.test(item),
);

/** Fastify's names for groups of IP addresses. */
const PROXY_GROUPS = ['loopback', 'linklocal', 'uniquelocal'];

export const proxies = listRule(
  `must be addresses, ranges such as 10.0.0.0/8, or ${PROXY_GROUPS.join(', ')}`,
  (item) => PROXY_GROUPS.includes(item) || isAddressRange(item),
);

function isAddressRange(item: string): boolean {
  const [address = '', bits, ...rest] = item.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** `kid:secret,kid2:secret2`. The first key signs and all verify, so a key can be rotated without ending sessions. */
export const jwtKeys: z.ZodType<readonly JwtKey[], string> = z.string().transform((text, context) => {
  const keys = splitList(text).map((item) => {
    const [kid = '', secret = ''] = item.split(/:(.*)/s);
    return { kid, secret };
  });
  for (const fault of new Set(keyFaults(keys))) context.addIssue(fault);
  return keys;
});

function keyFaults(keys: readonly JwtKey[]): string[] {
  const isNamed = keys.length > 0 && keys.every(({ kid }) => /^[A-Za-z0-9_-]{1,32}$/.test(kid));
  return [
    ...(isNamed ? [] : ['must be kid:secret pairs, separated by commas']),
    ...(new Set(keys.map(({ kid }) => kid)).size === keys.length ? [] : ['must name each kid once']),
    ...keys.flatMap(({ secret }) => [
      ...(Buffer.byteLength(secret) < 32 ? ['needs secrets of at least 32 bytes'] : []),
      ...(new Set(secret).size < 10 ? ['needs random secrets, such as: openssl rand -base64 48'] : []),
    ]),
  ];
}
