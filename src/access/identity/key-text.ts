/**
 * The text of an API key: `crm_<id>_<secret>_<check>`, each part in base 62 and of a fixed length. Scanners of secrets recognise it by
 * its form, and the checksum tells a typo from a key without a read of the database.
 */
import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE = BigInt(DIGITS.length);
/** Digits of 128 bits, of 256 bits and of 32 bits. */
const [ID_LENGTH, SECRET_LENGTH, CHECK_LENGTH] = [22, 43, 6];
const FORM = new RegExp(
  `^(crm_([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}}))_([0-9A-Za-z]{${CHECK_LENGTH}})$`,
);
const MAX_ID = 1n << 128n;

/** How every key begins. */
export const KEY_MARK = 'crm_';

/** What a key's text says. */
export interface KeyText {
  /** Of the key's row: a UUID in lower case. */
  readonly id: string;
  readonly secret: string;
}

/** A new key: its id is random, so that the order of keys says nothing, and the text is shown once. */
export function makeKey(): KeyText & { readonly text: string } {
  const id = toUuid(randomBytes(16).toString('hex'));
  const secret = toBase62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_LENGTH);
  const body = `${KEY_MARK}${idDigits(id)}_${secret}`;
  return { id, secret, text: `${body}_${checkOf(body)}` };
}

/** @returns undefined for a text that is no key of ours, such as one with a typo */
export function readKeyText(text: string): KeyText | undefined {
  const [, body = '', digits = '', secret = '', check] = FORM.exec(text) ?? [];
  if (check === undefined || check !== checkOf(body)) return undefined;
  const id = fromBase62(digits);
  return id < MAX_ID ? { id: toUuid(id.toString(16).padStart(32, '0')), secret } : undefined;
}

/** By what a key is recognised without its secret: `crm_` and the first eight digits of its id. */
export function keyPrefix(id: string): string {
  return KEY_MARK + idDigits(id).slice(0, 8);
}

/** What is stored of a secret. It has 256 random bits, so a slow hash would protect it no better. */
export function hashSecret(tenantId: string, secret: string): Buffer {
  return createHash('sha256').update(`${tenantId}\0${secret}`).digest();
}

function idDigits(uuid: string): string {
  return toBase62(BigInt(`0x${uuid.replaceAll('-', '')}`), ID_LENGTH);
}

function checkOf(body: string): string {
  return toBase62(BigInt(crc32(body)), CHECK_LENGTH);
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function toBase62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; rest > 0n; rest /= BASE) digits = DIGITS.charAt(Number(rest % BASE)) + digits;
  return digits.padStart(length, '0');
}

function fromBase62(digits: string): bigint {
  return Array.from(digits).reduce((value, digit) => value * BASE + BigInt(DIGITS.indexOf(digit)), 0n);
}
