/** Tells of spans that could not be sent. */
import { diag, DiagLogLevel } from '@opentelemetry/api';
import type { TracingOptions } from './tracing.js';

/** A receiver that is away fails every second. */
const REPORT_EVERY_MS = 60_000;

/** One line in a minute at most. What the receiver answered stays out of the log. */
export function reportLosses(log: TracingOptions['log']): void {
  let reportedAt = -Infinity;
  const report = (): void => {
    if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = performance.now();
    log.warn('spans could not be sent to OTEL_EXPORTER_OTLP_ENDPOINT');
  };
  const ignore = (): void => undefined;
  const logger = { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
