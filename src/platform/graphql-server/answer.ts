/** From the result of an operation to the answer that leaves: its cost, its size, its status. */
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { answerOfChangesTooLarge, answerTooLarge } from '../errors/answer-too-large.js';
import { UnsentBytes, type LongText } from '../values/long-text.js';
import { writeJson } from '../values/json-writer.js';
import type { GraphqlLimits } from '../graphql-limits/structure.js';
import { explainError, type ExplainedError, type GraphqlErrorFormatting } from './errors.js';
import type { RequestState } from './pipeline.js';

/** An answer as it is sent. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly body: string | LongText;
  readonly retryAfterSeconds: number | undefined;
}

/** An answer before it is text. */
interface Outcome {
  readonly status: number;
  readonly result: FormattedExecutionResult;
  readonly retryAfterSeconds: number | undefined;
}

interface FinishOptions {
  readonly limits: Pick<GraphqlLimits, 'cost' | 'answerBytes'>;
  readonly formatting: GraphqlErrorFormatting;
  readonly wantsCost: boolean;
}

/** The answer for a result, unless it would have too many bytes. */
export async function finishAnswer(
  requestState: RequestState,
  result: FormattedExecutionResult,
  options: FinishOptions,
): Promise<GraphqlAnswer> {
  const { rejections, status = 200, retryAfterSeconds } = requestState;
  const outcome = rejections ? outcomeOf(rejections) : { status, result, retryAfterSeconds };
  const whole = options.wantsCost ? withCost(outcome, requestState, options.limits.cost) : outcome;
  if (rejections) return write(whole);
  const body = await bodyOf(requestState, whole.result, options.limits.answerBytes);
  if (body === undefined) return write(tooLarge(whole, requestState, options));
  return { status: whole.status, body, retryAfterSeconds: whole.retryAfterSeconds };
}

/** @returns undefined for an answer that would be too large */
async function bodyOf(
  { isMutation }: RequestState,
  result: FormattedExecutionResult,
  maxBytes: number,
): Promise<GraphqlAnswer['body'] | undefined> {
  // A field that could not be read because the request had read too much leaves no answer that is worth having.
  if (result.errors?.some(isAboutSize) === true) return undefined;
  // What mutations have done is told, however much waits to be sent.
  return writeJson(inOrder(result), maxBytes, isMutation ? new UnsentBytes() : undefined);
}

/** For a request that is rejected as a whole. */
export function errorAnswer(rejections: readonly ExplainedError[]): GraphqlAnswer {
  return write(outcomeOf(rejections));
}

function outcomeOf(rejections: readonly ExplainedError[]): Outcome {
  const [first] = rejections;
  return {
    status: first?.status ?? 500,
    result: { errors: rejections.map(({ error }) => error) },
    retryAfterSeconds: first?.retryAfterSeconds,
  };
}

/** `conditions`: their part of `requested`, where there are any. `actual`: the objects that the answer holds. */
function withCost(outcome: Outcome, requestState: RequestState, limit: number): Outcome {
  if (requestState.cost === undefined) return outcome;
  const { data } = outcome.result;
  const actual = data === undefined ? undefined : { actual: requestState.cost.count(data) };
  const { objects, conditions } = requestState.estimate;
  const cost = { requested: objects + conditions, ...(conditions > 0 && { conditions }), ...actual, limit };
  return { ...outcome, result: { ...outcome.result, extensions: { cost } } };
}

function isAboutSize({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.code === 'ANSWER_TOO_LARGE';
}

/** Mutations have run. Their own errors say which of them changed nothing; there are as many as root fields, at most. */
function tooLarge({ result }: Outcome, requestState: RequestState, { limits, formatting }: FinishOptions): Outcome {
  const failures = requestState.isMutation ? (result.errors ?? []).filter(({ path }) => path?.length === 1) : [];
  const error = requestState.isMutation
    ? answerOfChangesTooLarge(limits.answerBytes, failures.length > 0)
    : answerTooLarge(limits.answerBytes);
  const errors = [explainError(error, requestState.context, formatting).error, ...failures];
  return { status: 200, result: { ...result, errors, data: null }, retryAfterSeconds: undefined };
}

/** Of an answer that is short. */
function write({ status, result, retryAfterSeconds }: Outcome): GraphqlAnswer {
  return { status, body: JSON.stringify(inOrder(result)), retryAfterSeconds };
}

/** Errors first, as the specification advises: they are seen even where the data are long. */
function inOrder({ errors, data, extensions }: FormattedExecutionResult): object {
  return { errors, data, extensions };
}
