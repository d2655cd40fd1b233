/** Tracing with the SDK of OpenTelemetry. Loaded only where spans are exported. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { translateDatabaseError } from '../../platform/postgres/database-errors.js';
import type { QueryObserver } from '../../platform/postgres/query-watch.js';
import { asRejection } from '../../platform/rest/errors.js';
import { reportLosses } from './lost-spans.js';
import { summaryOf } from './query-summary.js';
import { makeSampler } from './sampler.js';
import { attributesOf, isFault, methodOf } from './span-attributes.js';
import type { EndedRequest, RequestSpan, StartedRequest, Tracing, TracingOptions } from './tracing.js';

/** A receiver that does not answer delays the end of the process by this much at most; milliseconds. */
const FLUSH_MS = 2000;
/** Spans that wait to be sent. Those beyond are dropped. About 2 kB each. */
const MAX_QUEUE = 4096;
const SEND_EVERY_MS = 1000;

/** Where a piece of asynchronous work belongs. */
interface Scope {
  readonly request: OpenRequest;
  /** Holds the span that new ones are below. */
  readonly context: Context;
}

export class OpenTelemetry implements Tracing {
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  private readonly propagator = new W3CTraceContextPropagator();
  private readonly scopes = new AsyncLocalStorage<Scope>();

  constructor({ endpoint, serviceName, version, sampler, ratio, log }: TracingOptions) {
    reportLosses(log);
    // Headers, timeout and certificates of the exporter are read from OpenTelemetry's own variables, by itself.
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    const own = { 'service.name': serviceName, 'service.version': version, 'service.instance.id': randomUUID() };
    this.provider = new TracerProvider({
      resource: defaultResource()
        .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
        .merge(resourceFromAttributes(own)),
      sampler: makeSampler(sampler, ratio),
      spanProcessors: [
        new BatchSpanProcessor({ exporter, maxQueueSize: MAX_QUEUE, scheduledDelayMillis: SEND_EVERY_MS }),
      ],
    });
    this.tracer = this.provider.getTracer('crm-api', version);
  }

  begin({ method: sent, route, protocol, httpVersion, headers }: StartedRequest): RequestSpan {
    const parent = this.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const method = methodOf(sent);
    const attributes = {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      'url.scheme': protocol,
      'network.protocol.version': httpVersion,
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    return new OpenRequest(span, trace.setSpan(parent, span), this.scopes);
  }

  operation<T>(name: string, run: () => T): T {
    const scope = this.openScope();
    if (!scope) return run();
    const span = this.tracer.startSpan(name, {}, scope.context);
    const { request } = scope;
    return endWith(span, () => this.scopes.run({ request, context: trace.setSpan(scope.context, span) }, run));
  }

  readonly onQuery: QueryObserver = (statements) => {
    const scope = this.openScope();
    if (!scope) return undefined;
    const summary = summaryOf(statements);
    const names = statements.map(({ name }) => name).filter((name) => name !== '');
    const attributes = {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      ...(statements.length > 1 && { 'db.operation.batch.size': statements.length }),
      ...(names.length > 0 && { 'crm.db.statement_names': names }),
    };
    const span = this.tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }, scope.context);
    return (failure) => {
      if (failure) recordFailure(span, stateOf(failure), true);
      span.end();
    };
  };

  async stop(timeLeft: number): Promise<void> {
    const limit = new Promise<void>((resolve) => {
      setTimeout(resolve, Math.min(FLUSH_MS, timeLeft / 2)).unref();
    });
    await Promise.race([this.provider.shutdown().catch(() => undefined), limit]);
  }

  /** Work that goes on after its request, such as a timer that the request has started, belongs to nothing. */
  private openScope(): Scope | undefined {
    const scope = this.scopes.getStore();
    return scope?.request.isOpen === true ? scope : undefined;
  }
}

class OpenRequest implements RequestSpan {
  /** False for a request that is not sampled, too. */
  isOpen: boolean;

  constructor(
    private readonly span: Span,
    private readonly context: Context,
    private readonly scopes: AsyncLocalStorage<Scope>,
  ) {
    this.isOpen = span.isRecording();
  }

  get traceId(): string {
    return this.span.spanContext().traceId;
  }

  within(work: () => void): void {
    if (this.isOpen) this.scopes.run({ request: this, context: this.context }, work);
    else work();
  }

  end(request: EndedRequest): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { span } = this;
    span.setAttributes(attributesOf(request));
    const codes = [...request.errorCodes];
    const fault = codes.find(isFault);
    const code = fault ?? codes[0];
    if (code !== undefined) recordFailure(span, code, fault !== undefined);
    span.end();
  }
}

/** Only the code: messages of errors may hold values. @param isOurs whether the service failed, and not its caller */
function recordFailure(span: Span, code: string, isOurs: boolean): void {
  span.setAttribute('error.type', code);
  if (isOurs) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Ends the span with the result, now or when its promise settles. */
function endWith<T>(span: Span, run: () => T): T {
  const fail = (error: unknown): void => {
    const { code } = asRejection(error, translateDatabaseError);
    recordFailure(span, code, isFault(code));
    span.end();
  };
  try {
    const result = run();
    if (!(result instanceof Promise)) {
      span.end();
      return result;
    }
    result.then(() => {
      span.end();
    }, fail);
    return result;
  } catch (error) {
    fail(error);
    throw error;
  }
}

/** SQLSTATE, or the class of an error of the connection. */
function stateOf(failure: Error): string {
  return 'code' in failure && typeof failure.code === 'string' ? failure.code : failure.constructor.name;
}
