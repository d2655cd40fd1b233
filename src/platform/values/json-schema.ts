/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, as a plain object. */
export type JsonSchema = Readonly<Record<string, unknown>>;
