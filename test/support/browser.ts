/** A headless Chromium for the tests of our pages, and a notebook of what a page did wrong. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const USUAL_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of the machine's Chromium, or of the one that CHROMIUM_PATH names; undefined where there is none. */
const chromiumPath = [process.env.CHROMIUM_PATH ?? USUAL_PATHS].flat().find((path) => existsSync(path));

/** `describe` with a browser; without one the tests are skipped, and a line says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (chromiumPath === undefined) {
    console.warn(`Skipped: ${name}. No Chromium is installed here; install one or set CHROMIUM_PATH.`);
    describe.skip(name, tests);
  } else {
    describe(name, tests);
  }
}

/** Starts the browser on an empty profile of its own; close it when done. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface PageFaults {
  /** Errors and warnings of the console (an error by the content security policy is one), and uncaught exceptions. */
  readonly console: string[];
  /** Addresses of requests to any other origin. */
  readonly foreignRequests: string[];
}

/** Notes what the page does wrong from now on. */
export function watchPage(page: Page, origin: string): PageFaults {
  const faults: PageFaults = { console: [], foreignRequests: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.console.push(message.text());
  });
  page.on('pageerror', (error) => faults.console.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) faults.foreignRequests.push(url);
  });
  return faults;
}
