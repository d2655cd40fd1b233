/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, as a plain object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** An object with these members and no others, all of them required. */
export function objectSchema(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
