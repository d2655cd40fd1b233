/** The signed-in person of this browser tab: tokens, their renewal, and the two headers. Kept in sessionStorage, nowhere else. */

const STORAGE_KEY = 'crm-api:session';
const RENEW_BEFORE_MS = 60_000;
const SELECTION = 'accessToken refreshToken expiresIn user { email role fullName }';
const LOGIN = `mutation Login($email: String!, $password: String!, $tenantId: ID!) { login(email: $email, password: $password, tenantId: $tenantId) { ${SELECTION} } }`;
const REFRESH = `mutation Refresh($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { ${SELECTION} } }`;
const LOGOUT = 'mutation Logout { logout }';

/** Fires `change` whenever the state differs; `detail` is a label's key when the person should be told why. */
export class Session extends EventTarget {
  #endpoint;
  #labels;
  #state;
  #timer;
  #renewal;

  constructor(endpoint, labels) {
    super();
    this.#endpoint = endpoint;
    this.#labels = labels;
    this.#state = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
    this.#planRenewal();
    // Timers sleep with the computer: look again when the page comes back into view.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#renewIfDue());
  }

  /** `{ tenantId, accessToken, refreshToken, renewAt, user }`, or null. */
  get state() {
    return this.#state;
  }

  get signedIn() {
    return this.#state !== null;
  }

  /** The headers as they stand now. */
  get headers() {
    if (this.#state === null) return {};
    return { 'X-Tenant-ID': this.#state.tenantId, Authorization: `Bearer ${this.#state.accessToken}` };
  }

  /** The headers for a request about to be sent, with a token that is not about to expire. */
  async freshHeaders() {
    await this.#renewIfDue();
    return this.headers;
  }

  /** Throws an Error whose message is a sentence for the person. */
  async signIn({ tenantId, email, password }) {
    const { login } = await this.#post(LOGIN, { tenantId, email, password });
    this.#keep(tenantId, login);
  }

  async signOut() {
    const headers = this.headers;
    this.#drop('signedOut');
    // Signed out here in any case; the server's side of it ends by itself when unreachable.
    await this.#post(LOGOUT, undefined, headers).catch(() => undefined);
  }

  async #renewIfDue() {
    if (this.#state === null || Date.now() < this.#state.renewAt) return;
    // A refresh token works once: requests that find it due together share one renewal.
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = undefined));
    await this.#renewal;
  }

  async #renew() {
    const { tenantId, refreshToken } = this.#state;
    try {
      const { refreshSession } = await this.#post(REFRESH, { refreshToken });
      if (this.#state?.refreshToken === refreshToken) this.#keep(tenantId, refreshSession);
    } catch (error) {
      // Unreachable is not rejected: the session stays, and the next request tries again.
      if (error.refused && this.#state?.refreshToken === refreshToken) this.#drop('sessionEnded');
    }
  }

  #keep(tenantId, { accessToken, refreshToken, expiresIn, user }) {
    // A token that lives for less than two minutes is renewed at half its life, or it would be renewed without end.
    const lifeMs = expiresIn * 1000;
    const renewAt = Date.now() + Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2);
    this.#state = { tenantId, accessToken, refreshToken, renewAt, user };
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(this.#state));
    this.#planRenewal();
    this.dispatchEvent(new CustomEvent('change'));
  }

  #drop(reason) {
    this.#state = null;
    sessionStorage.removeItem(STORAGE_KEY);
    this.#planRenewal();
    this.dispatchEvent(new CustomEvent('change', { detail: reason }));
  }

  #planRenewal() {
    clearTimeout(this.#timer);
    if (this.#state === null) return;
    this.#timer = setTimeout(() => this.#renewIfDue(), this.#state.renewAt - Date.now());
  }

  async #post(query, variables, headers = {}) {
    let answer;
    try {
      const response = await fetch(this.#endpoint, {
        method: 'POST',
        credentials: 'omit',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      answer = await response.json();
    } catch {
      throw new Error(this.#labels.unreachable); // no network, or something between us that does not speak JSON
    }
    const message = answer.errors?.[0]?.message;
    if (message === undefined && answer.data) return answer.data;
    throw Object.assign(new Error(message ?? this.#labels.unreachable), { refused: message !== undefined });
  }
}
