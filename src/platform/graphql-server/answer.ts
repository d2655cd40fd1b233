/** Turns the result of an operation into the response: adds the cost, checks the size and sets the status. */
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { answerOfChangesTooLarge, answerTooLarge } from '../errors/answer-too-large.js';
import { UnsentBytes, type LongText } from '../values/long-text.js';
import { writeJson } from '../values/json-writer.js';
import type { GraphqlLimits } from '../graphql-limits/structure.js';
import { explainError, type ExplainedError, type GraphqlErrorFormatting } from './errors.js';
import type { RequestState } from './pipeline.js';

/** A response in the form in which it is sent. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly body: string | LongText;
  readonly retryAfterSeconds: number | undefined;
}

/** A response before it is written as text. */
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

/** @returns the response for a result, or an error if the response would be too large */
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

/** @returns undefined when the response would be too large */
async function bodyOf(
  { isMutation }: RequestState,
  result: FormattedExecutionResult,
  maxBytes: number,
): Promise<GraphqlAnswer['body'] | undefined> {
  // A field failed because the request read too many rows. The rest of the response is incomplete, so it is not sent.
  if (result.errors?.some(isAboutSize) === true) return undefined;
  // The process's limit of unsent bytes does not apply to mutations: their clients must learn what was done.
  return writeJson(inOrder(result), maxBytes, isMutation ? new UnsentBytes() : undefined);
}

/** The response to a request that is rejected as a whole. */
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

/** Adds `extensions.cost`. `conditions` is a part of `requested`; `actual` is the number of objects in the response. */
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

/** Keeps the errors of mutations that failed as a whole, so the caller can tell which root fields changed nothing. */
function tooLarge({ result }: Outcome, requestState: RequestState, { limits, formatting }: FinishOptions): Outcome {
  const failures = requestState.isMutation ? (result.errors ?? []).filter(({ path }) => path?.length === 1) : [];
  const error = requestState.isMutation
    ? answerOfChangesTooLarge(limits.answerBytes, failures.length > 0)
    : answerTooLarge(limits.answerBytes);
  const errors = [explainError(error, requestState.context, formatting).error, ...failures];
  return { status: 200, result: { ...result, errors, data: null }, retryAfterSeconds: undefined };
}

/** Writes a short response. */
function write({ status, result, retryAfterSeconds }: Outcome): GraphqlAnswer {
  return { status, body: JSON.stringify(inOrder(result)), retryAfterSeconds };
}

/** Errors come first, as the specification recommends, so they are visible even before long data. */
function inOrder({ errors, data, extensions }: FormattedExecutionResult): object {
  return { errors, data, extensions };
}
