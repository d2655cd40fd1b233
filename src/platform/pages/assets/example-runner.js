/** Sends the operations of the playground, and before an example those that make the records which it needs. */

/** The example that makes each record. */
const MADE_BY = {
  customer: 'create-customer',
  opportunity: 'create-opportunity',
  activity: 'create-activity',
  deletedCustomer: 'delete-customer',
};
const LOOKUP = { query: '{ customers(first: 1) { nodes { code } } }' };

/** Fires `answer` with the answer to each operation as `detail`. */
export class ExampleRunner extends EventTarget {
  #examples;
  #records;
  #send;

  /** @param send `(params, options) => answer`, as GraphiQL's fetcher */
  constructor(examples, records, send) {
    super();
    this.#examples = new Map(examples.map((example) => [example.name, example]));
    this.#records = records;
    this.#send = send;
  }

  /** @returns the answer to the operation, or to the one before it that failed */
  async run(params, options) {
    const answer = await this.#run(params, options);
    this.dispatchEvent(new CustomEvent('answer', { detail: answer }));
    return answer;
  }

  /** @returns the examples that run before an operation with these variables, in order */
  prerequisites(variables, found = new Set()) {
    for (const record of this.#records.missing(variables)) {
      const example = this.#examples.get(MADE_BY[record]);
      if (example === undefined || found.has(example)) continue;
      this.prerequisites(example.variables, found);
      found.add(example);
    }
    return [...found];
  }

  async #run(params, options) {
    const variables = JSON.stringify(params.variables || {});
    const failed = await this.#provide(variables, options);
    if (failed) return failed;
    const answer = await this.#send({ ...params, variables: JSON.parse(this.#records.fill(variables)) }, options);
    this.#records.note(answer);
    return answer;
  }

  /** @returns the answer of what failed, if anything did */
  async #provide(variables, options) {
    if (this.#records.missing(variables).includes('anyCustomer')) {
      const { data } = await this.#send(LOOKUP, options);
      this.#records.noteRead(data?.customers?.nodes[0]);
    }
    for (const { query, variables: own } of this.prerequisites(variables)) {
      const answer = await this.#run({ query, variables: JSON.parse(own || '{}') }, options);
      if (answer.errors) return answer;
    }
    return undefined;
  }
}
