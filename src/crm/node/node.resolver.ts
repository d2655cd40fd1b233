import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../access/identity/request-context.js';
import { AppError, type Sentence } from '../../platform/errors/errors.js';
import { requireUuid } from '../../platform/values/ids.js';
import { AtMost } from '../../platform/graphql-schema/query-cost.js';
import { Node } from '../../platform/graphql-schema/node.js';
import { selectionOnType } from '../../platform/graphql-schema/selection.js';
import { loadNode, type NodeRow, type SelectionOn } from './node.service.js';

const MAX_NODES = 100;
const TOO_MANY: Sentence = {
  fr: `« ids » compte ${MAX_NODES} identifiants au plus.`,
  en: `\`ids\` holds at most ${MAX_NODES} ids.`,
};
const NODE =
  'A customer, contact, opportunity, activity, user, transition or audit event by its id alone; null for an unknown id, for a deleted record, and for an audit event that the caller may not read.';
const NODES = 'The same for up to 100 ids: in the order of the ids, with null for each unknown one.';

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: NODE })
  node(
    @Arg('id', () => ID, { description: 'Id of the object.' }) id: string,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<NodeRow | null> {
    return loadNode(ctx, requireUuid(id, ['id']), selectionsOf(info));
  }

  @Query(() => [Node], { nullable: 'items', description: NODES })
  @AtMost(MAX_NODES)
  nodes(
    @Arg('ids', () => [ID], { description: 'Ids, at most 100; each may come more than once.' }) ids: string[],
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(NodeRow | null)[]> {
    if (ids.length > MAX_NODES) throw new AppError('BAD_USER_INPUT', TOO_MANY);
    const known = ids.map((id, index) => requireUuid(id, ['ids', String(index)]));
    return Promise.all(known.map((id) => loadNode(ctx, id, selectionsOf(info))));
  }
}

function selectionsOf(info: GraphQLResolveInfo): SelectionOn {
  return (typeName) => selectionOnType(info, typeName);
}
