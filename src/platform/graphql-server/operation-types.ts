/** The validation rule "Operation type existence" of the GraphQL specification. graphql-js 16 does not check it before execution. */
import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

/** Rejects an operation whose root type is not in the schema, e.g. a subscription. */
export function knownOperationTypes(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition: (node) => {
      if (context.getSchema().getRootType(node.operation)) return;
      const message = `The type of operation "${node.operation}" does not exist in this schema.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}
