/** OpenTelemetry's samplers by the names that OTEL_TRACES_SAMPLER takes. Since version 3 the SDK no longer reads that variable. */
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import type { TracingOptions } from './tracing.js';

const PARENT_BASED = 'parentbased_';

export function makeSampler(name: TracingOptions['sampler'], ratio: number): Sampler {
  const isParentBased = name.startsWith(PARENT_BASED);
  const root = makeRoot(isParentBased ? name.slice(PARENT_BASED.length) : name, ratio);
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}

function makeRoot(name: string, ratio: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return name === 'always_off' ? new AlwaysOffSampler() : new AlwaysOnSampler();
}
