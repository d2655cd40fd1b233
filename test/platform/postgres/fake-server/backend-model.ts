/** One PostgreSQL backend: its prepared statements, its transaction, and what it answers to each message. */
import { answerTo, copyLinesIn, firstWord, isBlank, type Answer } from './answers.js';
import { backend, type FrontendMessage, type ServerError, type TransactionStatus } from './messages.js';

/** What a backend reports and then skips to the next Sync. */
export class Failure extends Error {
  constructor(readonly said: ServerError) {
    super(said.message);
  }
}

function fail(code: string, message: string): never {
  throw new Failure({ severity: 'ERROR', code, message });
}

interface Prepared {
  readonly text: string;
  /** Of the tables when it was planned. */
  readonly generation: number;
}

interface Portal {
  readonly text: string;
  readonly answer: Answer;
}

/** What a group of messages did, beside its bytes. */
export interface GroupLog {
  readonly tags: string[];
  error?: string;
}

const columnsOf = (text: string, generation: number): string =>
  JSON.stringify(answerTo(text, [], generation).columns?.map(({ type }) => type));

const endsTransaction = (text: string): boolean => /^(?:COMMIT|ROLLBACK)$/.test(firstWord(text));

export class BackendModel {
  status: TransactionStatus = 'I';
  private portal: Portal | undefined;

  constructor(
    readonly names = new Map<string, Prepared>(),
    /** Of the tables now: 1 after the migration. */
    private readonly generation: () => number = () => 0,
  ) {}

  /** Another one in the same state, to look ahead with. */
  copy(): BackendModel {
    const copy = new BackendModel(new Map(this.names), this.generation);
    copy.status = this.status;
    return copy;
  }

  /**
   * Messages up to a Sync, or one simple query. Yields one message of the answer at a time, after an empty one at first:
   * a Failure that is thrown into it happens at that point.
   */
  *answer(messages: readonly FrontendMessage[], log: GroupLog): Generator<Buffer, void> {
    try {
      yield Buffer.alloc(0);
      for (const message of messages) yield* this.step(message, log);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      log.error = error.said.code;
      if (this.status === 'T') this.status = 'E';
      yield backend.error(error.said);
    }
    this.portal = undefined;
    yield backend.readyForQuery(this.status);
  }

  private *step(message: FrontendMessage, log: GroupLog): Generator<Buffer, void> {
    if (message.type === 'parse') yield this.parse(message.name, message.text);
    else if (message.type === 'bind') yield this.bind(message.statement, message.values);
    else if (message.type === 'describe') yield* this.describe(message.target, message.name);
    else if (message.type === 'close') yield this.close(message.target, message.name);
    else if (message.type === 'execute') yield* this.execute(log);
    else if (message.type === 'query') yield* this.query(message.text, log);
    // A Sync ends the group, and for a Flush there is nothing to do: all is sent anyway.
  }

  private close(target: string, name: string): Buffer {
    if (target === 'S') this.names.delete(name);
    return backend.closeComplete();
  }

  private parse(name: string, text: string): Buffer {
    this.checkTransaction(text);
    if (name !== '' && this.names.has(name)) fail('42P05', `prepared statement "${name}" already exists`);
    this.names.set(name, { text, generation: this.generation() });
    return backend.parseComplete();
  }

  private find(name: string): Prepared {
    return this.names.get(name) ?? fail('26000', `prepared statement "${name}" does not exist`);
  }

  private bind(name: string, values: readonly (string | null)[]): Buffer {
    const { text, generation } = this.find(name);
    this.checkTransaction(text);
    if (columnsOf(text, generation) !== columnsOf(text, this.generation()))
      fail('0A000', 'cached plan must not change result type');
    this.portal = { text, answer: answerTo(text, values, this.generation()) };
    return backend.bindComplete();
  }

  private *describe(target: string, name: string): Generator<Buffer, void> {
    let answer = this.portal?.answer;
    if (target === 'S') {
      const { text } = this.find(name);
      yield backend.parameterDescription(text.includes('$1') ? 1 : 0);
      answer = answerTo(text, [], this.generation());
    }
    if (!answer) fail('34000', 'portal "" does not exist');
    yield answer.columns ? backend.rowDescription(answer.columns) : backend.noData();
  }

  private *execute(log: GroupLog): Generator<Buffer, void> {
    if (!this.portal) fail('34000', 'portal "" does not exist');
    const { text, answer } = this.portal;
    for (const row of answer.rows) yield backend.dataRow(row);
    yield this.complete(text, answer.tag, log);
  }

  private *query(text: string, log: GroupLog): Generator<Buffer, void> {
    this.checkTransaction(text);
    const lines = copyLinesIn(text);
    if (!lines) {
      yield this.complete(text, answerTo(text, [], this.generation()).tag, log);
      return;
    }
    yield backend.copyOutResponse();
    for (const line of lines) yield backend.copyData(line);
    yield backend.copyDone();
    yield this.complete(text, `COPY ${lines.length}`, log);
  }

  private complete(text: string, tag: string, log: GroupLog): Buffer {
    const done = this.status === 'E' && endsTransaction(text) ? 'ROLLBACK' : tag;
    if (firstWord(text) === 'BEGIN') this.status = 'T';
    if (endsTransaction(text)) this.status = 'I';
    log.tags.push(done);
    return done === '' ? backend.emptyQueryResponse() : backend.commandComplete(done);
  }

  private checkTransaction(text: string): void {
    if (this.status === 'E' && !isBlank(text) && !endsTransaction(text))
      fail('25P02', 'current transaction is aborted, commands ignored until end of transaction block');
  }
}
