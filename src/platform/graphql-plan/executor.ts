/** Executes an operation whose variables are already coerced, by a plan that is made once per document or else by graphql-js. */
import {
  isObjectType,
  Kind,
  OperationTypeNode,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { fragmentsOf } from '../graphql-schema/fragments.js';
import { getOrMake } from '../values/get-or-make.js';
import { createInterpretingExecutor, type Execution, type Executor } from './interpreter.js';
import { runPlan } from './operation.js';
import { planOperation, type OperationPlan } from './plan.js';
import type { CoercedVariables } from '../graphql-schema/variables.js';

/** Each variable of `@skip` and `@include` doubles the possible plans of an operation. Beyond this number graphql-js executes it. */
const MAX_PLANS_PER_OPERATION = 16;

interface CompiledOperation {
  /** Variables in the arguments of directives: `@skip` and `@include`. */
  readonly switches: readonly string[];
  readonly plans: Map<string, OperationPlan>;
}

/**
 * Executes by plans, and by graphql-js for the few documents that cannot be planned. Both give the same data and the same errors. A plan
 * lives as long as its document.
 */
export function createCompilingExecutor(schema: GraphQLSchema): Executor {
  const interpret = createInterpretingExecutor(schema);
  const compiled = new WeakMap<OperationDefinitionNode, CompiledOperation>();

  function planOf({ document, operation, variables }: Execution): OperationPlan | undefined {
    const known = getOrMake(compiled, operation, () => ({
      switches: switchesOf(document),
      plans: new Map<string, OperationPlan>(),
    }));
    const key = known.switches.map((name) => String(variables[name])).join();
    let plan = known.plans.get(key);
    if (plan === undefined && known.plans.size < MAX_PLANS_PER_OPERATION) {
      plan = makePlan(schema, document, operation, conditionsOf(known.switches, variables));
      if (plan !== undefined) known.plans.set(key, plan);
    }
    return plan;
  }

  return (execution) => {
    const plan = planOf(execution);
    return plan === undefined ? interpret(execution) : runPlan(plan, execution.variables, execution.contextValue);
  };
}

function makePlan(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: CoercedVariables | undefined,
): OperationPlan | undefined {
  const rootType = schema.getRootType(operation.operation);
  if (conditions === undefined || !isObjectType(rootType) || operation.operation === OperationTypeNode.SUBSCRIPTION)
    return undefined;
  if (hasPrototypeKey(document)) return undefined;
  return planOperation({ schema, operation, fragments: fragmentsOf(document), rootType, conditions });
}

function switchesOf(document: DocumentNode): readonly string[] {
  const switches = new Set<string>();
  visit(document, {
    Directive: ({ arguments: given = [] }) => {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) switches.add(value.name.value);
    },
  });
  return [...switches];
}

/** @returns undefined when one of these variables is not a boolean: null is an error, and graphql-js reports its position */
function conditionsOf(switches: readonly string[], variables: CoercedVariables): CoercedVariables | undefined {
  const conditions: Record<string, boolean> = {};
  for (const name of switches) {
    const value = variables[name];
    // The variable belongs to another operation of the document.
    if (value === undefined) continue;
    if (typeof value !== 'boolean') return undefined;
    conditions[name] = value;
  }
  return conditions;
}

/** Plans write data into ordinary objects. There, an assignment to `__proto__` would set the prototype instead of a property. */
function hasPrototypeKey(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Name: ({ value }) => {
      isFound ||= value === '__proto__';
    },
  });
  return isFound;
}
