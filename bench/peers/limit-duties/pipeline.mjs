/** Several prepared statements in one message and one round trip: Bind and Execute for each, then one Sync. */

class Pipeline {
  #statements;
  #resolve;
  #reject;
  #results = [];
  #rows = [];

  constructor(statements, resolve, reject) {
    this.#statements = statements;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection) {
    connection.stream.cork();
    for (const { name, text, values = [] } of this.#statements) {
      if (!connection.parsedStatements[name]) connection.parse({ name, text });
      connection.bind({
        statement: name,
        values,
        valueMapper: (value) => (typeof value === 'number' ? String(value) : value),
      });
      connection.execute({});
    }
    connection.sync();
    connection.stream.uncork();
    return null;
  }

  handleDataRow({ fields }) {
    this.#rows.push(fields);
  }

  handleCommandComplete(_message, connection) {
    const { name, text } = this.#statements[this.#results.length];
    connection.parsedStatements[name] = text;
    this.#results.push(this.#rows);
    this.#rows = [];
  }

  /** Nothing more of it is passed on by pg, which waits for ReadyForQuery before it sends anything else. */
  handleError(error) {
    this.#reject(error);
  }

  handleReadyForQuery() {
    this.#resolve(this.#results);
  }
}

/** @returns the rows of each statement, each row a list of texts */
export function runTogether(client, statements) {
  return new Promise((resolve, reject) => client.query(new Pipeline(statements, resolve, reject)));
}
