/** The rule "Operation type existence" of the GraphQL specification, which graphql-js 16 does not check before it executes. */
import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

/** Rejects an operation whose root type the schema lacks: subscriptions, where there are none. */
export function knownOperationTypes(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition: (node) => {
      if (context.getSchema().getRootType(node.operation)) return;
      const message = `The type of operation "${node.operation}" does not exist in this schema.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}
