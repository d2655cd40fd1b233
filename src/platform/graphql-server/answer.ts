/** From the result of an operation to the answer that leaves: its cost, its size, its status. */
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { answerOfChangesTooLarge, answerTooLarge } from '../errors/answer-too-large.js';
import { isJsonLonger } from '../values/json-size.js';
import type { GraphqlLimits } from '../graphql-limits/structure.js';
import { explainError, type ExplainedError, type GraphqlErrorFormatting } from './errors.js';
import type { Exchange } from './pipeline.js';

export interface GraphqlAnswer {
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
export function finishAnswer(
  exchange: Exchange,
  result: FormattedExecutionResult,
  { limits, formatting, wantsCost }: FinishOptions,
): GraphqlAnswer {
  const { refusals, status = 200, retryAfterSeconds } = exchange;
  const answer = refusals ? errorAnswer(refusals) : { status, result, retryAfterSeconds };
  const whole = wantsCost ? withCost(answer, exchange, limits.cost) : answer;
  return refusals === undefined && isTooLarge(whole.result, limits.answerBytes)
    ? tooLarge(whole, exchange, { limits, formatting, wantsCost })
    : whole;
}

/** For a request that is rejected as a whole. */
export function errorAnswer(refusals: readonly ExplainedError[]): GraphqlAnswer {
  const [first] = refusals;
  return {
    status: first?.status ?? 500,
    result: { errors: refusals.map(({ error }) => error) },
    retryAfterSeconds: first?.retryAfterSeconds,
  };
}

/** `conditions`: their part of `requested`, where there are any. `actual`: the objects that the answer holds. */
function withCost(answer: GraphqlAnswer, exchange: Exchange, limit: number): GraphqlAnswer {
  if (exchange.cost === undefined) return answer;
  const { data } = answer.result;
  const actual = data === undefined ? undefined : { actual: exchange.cost.count(data) };
  const { objects, conditions } = exchange.estimate;
  const cost = { requested: objects + conditions, ...(conditions > 0 && { conditions }), ...actual, limit };
  return { ...answer, result: { ...answer.result, extensions: { cost } } };
}

/** A field that could not be read because the request had read too much leaves no answer that is worth having. */
function isTooLarge(result: FormattedExecutionResult, maxBytes: number): boolean {
  return result.errors?.some(isAboutSize) === true || isJsonLonger(result, maxBytes);
}

function isAboutSize({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.code === 'ANSWER_TOO_LARGE';
}

/** Mutations have run. Their own errors say which of them changed nothing; there are as many as root fields, at most. */
function tooLarge({ result }: GraphqlAnswer, exchange: Exchange, { limits, formatting }: FinishOptions): GraphqlAnswer {
  const failures = exchange.isMutation ? (result.errors ?? []).filter(({ path }) => path?.length === 1) : [];
  const error = exchange.isMutation
    ? answerOfChangesTooLarge(limits.answerBytes, failures.length > 0)
    : answerTooLarge(limits.answerBytes);
  const errors = [explainError(error, exchange.context, formatting).error, ...failures];
  return { status: 200, result: { ...result, errors, data: null }, retryAfterSeconds: undefined };
}
