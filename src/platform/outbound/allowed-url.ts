/** Which addresses of the web this service asks. */
import { addressInUrl, isLoopbackAddress, isPublicAddress } from './addresses.js';

export interface OutboundRules {
  /** Then https alone is asked, at public addresses. */
  readonly isProduction: boolean;
  /** In production too, private addresses are asked. */
  readonly allowPrivate: boolean;
}

/** @returns the URL, undefined for what must not be asked; a name is looked up later */
export function allowedUrl(text: string, rules: OutboundRules): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && !hasExtras(url) && mayBeAsked(url, rules) ? url : undefined;
}

function mayBeAsked(url: URL, rules: OutboundRules): boolean {
  const address = addressInUrl(url);
  if (url.protocol === 'https:') return address === undefined || mayAsk(address, rules);
  return url.protocol === 'http:' && !rules.isProduction && isThisMachine(url, address);
}

function hasExtras({ username, password, hash }: URL): boolean {
  return username !== '' || password !== '' || hash !== '';
}

function isThisMachine({ hostname }: URL, address: string | undefined): boolean {
  return address === undefined ? hostname === 'localhost' : isLoopbackAddress(address);
}

/** @param address that a name stands for, or that is given itself */
export function mayAsk(address: string, { isProduction, allowPrivate }: OutboundRules): boolean {
  return !isProduction || allowPrivate || isPublicAddress(address);
}
