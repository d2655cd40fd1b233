/**
 * A GraphQL client on nothing but fetch, to be copied: one file, no dependency. It retries what may be retried, gives each logical write an
 * Idempotency-Key, walks connections, follows the change feed, and throws typed errors.
 */

/** A document as text. Those of @graphql-codegen's `TypedDocumentString` carry the types of their data and variables. */
export interface Operation<Data, Variables> {
  toString(): string;
  readonly __apiType?: ((variables: Variables) => Data) | undefined;
}

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
}

interface Extensions {
  readonly code: string;
  readonly requestId: string;
  readonly fields?: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  readonly details?: Readonly<Record<string, unknown>>;
}
type Refusal = Readonly<{ message: string; extensions: Extensions }>;

type Outcome<Data> =
  { readonly data: Data } | { readonly error: unknown; readonly mayRetry: boolean; readonly retryAfter?: number };

/** What the service refused: a code that never changes, a sentence for people, and the id by which its log knows the request. */
export class CrmError extends Error {
  override readonly name: string = 'CrmError';
  readonly code: string;
  readonly requestId: string;
  readonly fields: Extensions['fields'];
  readonly details: Extensions['details'];

  constructor({ message, extensions }: Refusal) {
    super(message);
    ({ code: this.code, requestId: this.requestId, fields: this.fields, details: this.details } = extensions);
  }
}

/** No answer, or 429 and 503 to the last try. A write may have been made: send it again with the same `idempotencyKey`. */
export class CrmUnavailableError extends Error {
  override readonly name = 'CrmUnavailableError';

  constructor(
    readonly idempotencyKey: string | undefined,
    cause: unknown,
  ) {
    super('The service is not available.', { cause });
  }
}

interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of a logical write, which is made once however often it is sent. */
  readonly idempotencyKey?: string;
}

const TRIES = 6;
/** Who is told to wait longer, such as after too many sign-ins, decides for himself. */
const MAX_PAUSE_SECONDS = 60;
/** Longer than the service takes for any answer, a wait for changes included; milliseconds. */
const ANSWER_WITHIN_MS = 40_000;
const SIGN_IN = `mutation ($email: String!, $password: String!, $tenantId: ID!) {
  login(email: $email, password: $password, tenantId: $tenantId) { accessToken refreshToken user { id email role } } }`;
const REFRESH = `mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken } }`;

type Tokens = Readonly<Record<'accessToken' | 'refreshToken', string>>;
type SignedIn = Tokens & { readonly user: Readonly<Record<'id' | 'email' | 'role', string>> };

export class CrmClient {
  #tokens: Tokens | undefined;
  #refreshing: Promise<void> | undefined;

  /** @param origin e.g. http://127.0.0.1:4000 */
  constructor(
    private readonly origin: string,
    private readonly tenantId: string,
  ) {}

  async signIn(email: string, password: string): Promise<SignedIn['user']> {
    const variables = { email, password, tenantId: this.tenantId };
    const { login } = await this.#ask<{ login: SignedIn }>(SIGN_IN, variables, {});
    this.#tokens = login;
    return login.user;
  }

  /** Sends a query. An access token that has expired is renewed once. */
  async send<Data, Variables extends object>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    options: SendOptions = {},
  ): Promise<Data> {
    try {
      return await this.#ask<Data>(operation.toString(), variables, options);
    } catch (error) {
      if (!(error instanceof CrmError) || error.code !== 'TOKEN_EXPIRED' || !this.#tokens) throw error;
      await (this.#refreshing ??= this.#refresh(this.#tokens.refreshToken));
      return this.#ask<Data>(operation.toString(), variables, options);
    }
  }

  /** Sends a mutation, under one key for all its tries. Its fields are null only beside an error, and that is thrown. */
  async change<Data, Variables extends object>(
    operation: Operation<Data, Variables>,
    variables: Variables,
    { idempotencyKey = crypto.randomUUID(), ...options }: SendOptions = {},
  ): Promise<{ [Field in keyof Data]: NonNullable<Data[Field]> }> {
    const sent = this.send(operation, variables, { ...options, idempotencyKey });
    return sent as Promise<{ [Field in keyof Data]: NonNullable<Data[Field]> }>;
  }

  /** Each record of a list: `for await (const customer of crm.each(CustomersDocument, { first: 100 }, (data) => data.customers))`. */
  async *each<Data, Variables extends object, Node>(
    operation: Operation<Data, Variables>,
    variables: Variables & { after?: string | null },
    connectionOf: (data: Data) => Connection<Node>,
    options?: SendOptions,
  ): AsyncGenerator<Node, void, undefined> {
    for (let page = variables; ;) {
      const { nodes, pageInfo } = connectionOf(await this.send(operation, page, options));
      yield* nodes;
      if (!pageInfo.hasNextPage) return;
      page = { ...page, after: pageInfo.endCursor };
    }
  }

  /**
   * Pages of the change feed, for ever. The operation passes `$after` and `$wait` on to `changes`. Apply the nodes of a page, store its
   * `endCursor` with them, and begin with it after a restart; `LATEST` is the beginning for whoever has just begun.
   */
  async *follow<Data, Variables extends object, Node>(
    operation: Operation<Data, Variables>,
    variables: Variables & { after?: string | null; wait?: number | null },
    connectionOf: (data: Data) => Connection<Node>,
    options?: SendOptions,
  ): AsyncGenerator<Connection<Node>, void, undefined> {
    for (let page = { ...variables, wait: variables.wait ?? 25 }; ;) {
      const startedAt = performance.now();
      const connection = connectionOf(await this.send(operation, page, options));
      yield connection;
      // At once without a change: too many clients wait, or the service is about to end.
      const isEmpty = connection.nodes.length === 0 && !connection.pageInfo.hasNextPage;
      if (isEmpty && performance.now() - startedAt < 500) await pause(1, options?.signal);
      page = { ...page, after: connection.pageInfo.endCursor };
    }
  }

  async #refresh(token: string): Promise<void> {
    const answer = this.#ask<{ refreshSession: Tokens }>(REFRESH, { token }, {});
    this.#tokens = (await answer.finally(() => (this.#refreshing = undefined))).refreshSession;
  }

  /** Tries again as told by `Retry-After`, and after a broken connection. */
  async #ask<Data>(query: string, variables: object, options: SendOptions): Promise<Data> {
    const body = JSON.stringify({ query, variables });
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#post<Data>(body, options);
      if ('data' in outcome) return outcome.data;
      const { error, retryAfter = attempt } = outcome;
      if (!outcome.mayRetry) throw error;
      if (attempt === TRIES || retryAfter > MAX_PAUSE_SECONDS)
        throw new CrmUnavailableError(options.idempotencyKey, error);
      await pause(retryAfter, options.signal);
    }
  }

  async #post<Data>(body: string, { signal, idempotencyKey }: SendOptions): Promise<Outcome<Data>> {
    const limit = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const headers = {
      ...{ accept: 'application/graphql-response+json', 'accept-language': 'en', 'content-type': 'application/json' },
      'x-tenant-id': this.tenantId,
      ...(this.#tokens && { authorization: `Bearer ${this.#tokens.accessToken}` }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    try {
      const request = { method: 'POST', headers, body, signal: signal ? AbortSignal.any([signal, limit]) : limit };
      return await outcomeOf<Data>(await fetch(`${this.origin}/graphql`, request));
    } catch (error) {
      signal?.throwIfAborted();
      return { error, mayRetry: true };
    }
  }
}

async function outcomeOf<Data>(response: Response): Promise<Outcome<Data>> {
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: readonly Refusal[] };
  if (!errors?.[0]) return { data: data as Data };
  const isBusy = response.status === 429 || response.status === 503;
  const mayRetry = isBusy || errors[0].extensions.code === 'IDEMPOTENCY_IN_PROGRESS';
  return { error: new CrmError(errors[0]), mayRetry, retryAfter: Number(response.headers.get('retry-after')) || 1 };
}

/** A little longer than told, so that many clients do not come back at once. */
async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds * (1 + Math.random() / 10)));
  signal?.throwIfAborted();
}
