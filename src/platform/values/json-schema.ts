/** JSON Schema 2020-12, the dialect of OpenAPI 3.1, as the plain object that it is. */
export type JsonSchema = Readonly<Record<string, unknown>>;
