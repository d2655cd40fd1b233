/** What goes wrong while a batch is answered, and the bytes and the end that come of it. */
import type { BackendModel, GroupLog } from './backend-model.js';
import { Failure } from './backend-model.js';
import { backend, type FrontendMessage } from './messages.js';

/** How a socket ends: closed, closed without a word, or open for ever and silent. */
export type Ending = 'end' | 'reset' | 'freeze';

/**
 * `at` counts the messages of the answer: the fault comes before that one, or, if negative, before that one from the end.
 * There is one position more than messages: after all of them.
 */
export type Fault =
  | { readonly type: 'none' | 'lost-names' | 'migration' }
  | { readonly type: 'error'; readonly at: number; readonly code: string }
  | { readonly type: 'fatal'; readonly at: number; readonly code: string; readonly ending: Ending }
  | { readonly type: 'socket'; readonly at: number; readonly bytes: number; readonly ending: Ending }
  | { readonly type: 'notice' | 'parameter'; readonly at: number };

/** What a client is sent for one group of its messages. */
export interface Played {
  readonly bytes: Buffer;
  readonly ending: Ending | undefined;
  /** The answer was sent to its end, with an error or without. */
  readonly isWhole: boolean;
  readonly log: GroupLog;
}

const MESSAGES = {
  notice: () => backend.notice('a notice, é'),
  parameter: () => backend.parameterStatus('application_name', 'another'),
} as const;

/** Counted without doing it: how many messages the answer has. */
function lengthOf(model: BackendModel, messages: readonly FrontendMessage[]): number {
  return [...model.copy().answer(messages, { tags: [] })].length - 1;
}

const position = (at: number, places: number): number => ((at % places) + places) % places;

const nextOf = (answer: Generator<Buffer, void>): Buffer => answer.next().value ?? Buffer.alloc(0);

export function play(model: BackendModel, messages: readonly FrontendMessage[], fault: Fault): Played {
  const log: GroupLog = { tags: [] };
  const answer = model.answer(messages, log);
  if (!('at' in fault)) return { bytes: Buffer.concat([...answer]), ending: undefined, isWhole: true, log };
  const length = lengthOf(model, messages);
  // An error cannot come after ReadyForQuery; everything else can.
  const at = position(fault.at, fault.type === 'error' ? length : length + 1);
  const before = Array.from({ length: at + 1 }, () => nextOf(answer));
  if ('ending' in fault) {
    const seen = { ...log, tags: [...log.tags] };
    const bytes = Buffer.concat([...before, lastBytes(answer, fault)]);
    return { bytes, ending: fault.ending, isWhole: at === length, log: seen };
  }
  const inserted = fault.type === 'error' ? thrown(answer, log, fault.code) : MESSAGES[fault.type]();
  return { bytes: Buffer.concat([...before, inserted, ...answer]), ending: undefined, isWhole: true, log };
}

function lastBytes(answer: Generator<Buffer, void>, fault: Extract<Fault, { ending: Ending }>): Buffer {
  if (fault.type === 'socket') {
    const message = nextOf(answer);
    // Never the whole of it: that would be the next position.
    return message.subarray(0, Math.min(fault.bytes, Math.max(message.length - 1, 0)));
  }
  return backend.error({ severity: 'FATAL', code: fault.code, message: 'terminating connection' });
}

/** Nothing where the answer has an error of its own already. */
function thrown(answer: Generator<Buffer, void>, log: GroupLog, code: string): Buffer {
  if (log.error !== undefined) return Buffer.alloc(0);
  const error = new Failure({ severity: 'ERROR', code, message: 'injected' });
  return answer.throw(error).value ?? Buffer.alloc(0);
}
