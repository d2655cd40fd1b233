/** A GraphQL client on nothing but fetch: sends a typed operation, gives its typed data or throws what was refused. */
import { SignInDocument, type TypedDocumentString } from './generated/graphql.js';

interface Refusal {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly requestId: string };
}

/** A refusal of the service: a code that never changes, a sentence for people, and the id by which the log knows it. */
export class CrmError extends Error {
  readonly code: string;
  readonly requestId: string;

  constructor({ message, extensions }: Refusal) {
    super(message);
    this.code = extensions.code;
    this.requestId = extensions.requestId;
  }
}

export class CrmClient {
  readonly #url: string;
  readonly #tenantId: string;
  #token: string | undefined;

  /** @param origin e.g. http://127.0.0.1:4000 */
  constructor(origin: string, tenantId: string) {
    this.#url = `${origin}/graphql`;
    this.#tenantId = tenantId;
  }

  async signIn(email: string, password: string) {
    const { login } = await this.change(SignInDocument, { email, password, tenantId: this.#tenantId });
    this.#token = login.accessToken;
    return login.user;
  }

  /** Sends a mutation. Its fields are null only beside an error, and that is thrown. */
  async change<Data, Variables>(operation: TypedDocumentString<Data, Variables>, variables: Variables) {
    return (await this.send(operation, variables)) as { [Field in keyof Data]: NonNullable<Data[Field]> };
  }

  async send<Data, Variables>(operation: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json',
        'accept-language': 'en',
        'content-type': 'application/json',
        'x-tenant-id': this.#tenantId,
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify({ query: operation.toString(), variables }),
    });
    const { data, errors } = (await response.json()) as { data?: Data | null; errors?: Refusal[] };
    const refusal = errors?.[0];
    if (refusal !== undefined) throw new CrmError(refusal);
    return data as Data;
  }
}
