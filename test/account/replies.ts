/** Answers that a test reads field by field. */
import type { Answer, Client } from '../support/client.js';

/** JSON of any shape: a field that is not there is undefined, as in JavaScript. */
export interface Json {
  readonly [field: string]: Json;
}

/** @returns the body of the answer, typed */
export function bodyOf({ body }: Answer): Json {
  return body as Json;
}

/** What is no text is none. */
export function textOf(json: unknown): string {
  return typeof json === 'string' ? json : '';
}

/** The rows of a list. */
export function rowsIn(json: Json | undefined): readonly Json[] {
  return json as unknown as readonly Json[];
}

export async function ask(client: Client, document: string): Promise<Json> {
  return bodyOf(await client.graphql(document));
}
