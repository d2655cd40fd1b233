/** The GraphQL contract of the Mercurius peer: just what the workloads ask for. */

export const schema = `
  type Contact { id: ID! firstName: String! lastName: String! email: String jobTitle: String isPrimary: Boolean! }
  type Activity { id: ID! customerId: ID! type: String! subject: String! date: String! isCompleted: Boolean! }
  type Customer {
    id: ID!
    code: String!
    name: String!
    type: String!
    email: String
    phone: String
    city: String
    countryCode: String
    isActive: Boolean!
    createdAt: String!
    contacts(first: Int = 5): [Contact!]!
    activities(last: Int = 5): [Activity!]!
  }
  type CustomerPage { nodes: [Customer!]! totalCount: Int! }
  type PipelineRow { status: String! count: Int! amount: String! weighted: String! }
  type Opportunity {
    id: ID!
    code: String!
    status: String!
    probability: Int!
    amount: String!
    weightedAmount: String!
  }
  input ActivityInput { customerId: ID! type: String! subject: String! description: String }
  type Query {
    customer(id: ID!): Customer
    customers(type: String, isActive: Boolean, search: String, first: Int = 20): CustomerPage!
    pipeline: [PipelineRow!]!
  }
  type Mutation {
    createActivity(input: ActivityInput!): Activity
    winOpportunity(id: ID!, reason: String): Opportunity
  }
`;
