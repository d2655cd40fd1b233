/** How large a GraphQL document may be, told from its text and its parse, before validation does any work on it. */
import {
  Kind,
  parse,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { AppError } from '../errors/errors.js';

/** Counts, but for `bytes`. The names are those that refusals give in `details.measure`. */
export interface GraphqlLimits {
  readonly bytes: number;
  readonly tokens: number;
  readonly definitions: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly depth: number;
  /** Selections with every fragment written out, `__typename` included. */
  readonly selections: number;
  readonly introspectionDepth: number;
  /** Lists of the schema inside lists: `types { fields { args } }` are three. */
  readonly introspectionLists: number;
  /** Lists and objects inside each other in a value of the document; in variables, JSON's own limit holds. */
  readonly valueDepth: number;
  /** Members and items of the variables, at all levels. */
  readonly values: number;
  /** Price of an operation: cost.ts. */
  readonly cost: number;
}

export const DEFAULT_GRAPHQL_LIMITS: GraphqlLimits = {
  bytes: 65_536,
  tokens: 2000,
  definitions: 100,
  aliases: 30,
  rootFields: 15,
  depth: 12,
  selections: 5000,
  introspectionDepth: 20,
  introspectionLists: 3,
  valueDepth: 32,
  values: 5000,
  cost: 10_000,
};

type StructureMeasure = Exclude<keyof GraphqlLimits, 'cost' | 'bytes' | 'tokens' | 'values'>;
type Structure = Readonly<Record<StructureMeasure, number>>;

/** What a selection set amounts to with its fragments written out. */
interface Extent {
  readonly selections: number;
  readonly fields: number;
  readonly depth: number;
  readonly introspectionDepth: number;
  /** Nested fields with the name of one of introspection's lists; they count below `__schema` and `__type` only. */
  readonly lists: number;
  readonly introspectionLists: number;
}

const NOTHING: Extent = { selections: 0, fields: 0, depth: 0, introspectionDepth: 0, lists: 0, introspectionLists: 0 };
const INTROSPECTION_ROOTS: ReadonlySet<string> = new Set(['__schema', '__type']);
const INTROSPECTION_LISTS: ReadonlySet<string> = new Set([
  'types',
  'fields',
  'args',
  'inputFields',
  'enumValues',
  'interfaces',
  'possibleTypes',
  'directives',
]);

/** Texts are remembered up to this many characters in all. */
const REMEMBERED_CHARACTERS = 8_000_000;

/** @returns a function that throws QUERY_TOO_COMPLEX for a text that is too large in any way, and remembers its verdicts */
export function createStructureCheck(limits: GraphqlLimits): (text: string) => void {
  const verdicts = new LRUCache<string, { readonly refusal: AppError | undefined }>({
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_verdict, text) => text.length + 1,
  });
  return (text) => {
    let verdict = verdicts.get(text);
    if (verdict === undefined) {
      verdict = { refusal: judge(text, limits) };
      verdicts.set(text, verdict);
    }
    if (verdict.refusal !== undefined) throw verdict.refusal;
  };
}

/** @throws AppError QUERY_TOO_COMPLEX for variables with more values than `limit`: coercing and checking each costs time */
export function requireFewValues(variables: unknown, limit: number): void {
  let left = limit;
  const count = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const member of Object.values(value)) {
      left -= 1;
      if (left < 0) throw tooLarge('values', limit);
      count(member);
    }
  };
  count(variables);
}

function judge(text: string, limits: GraphqlLimits): AppError | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.bytes) return tooLarge('bytes', limits.bytes);
  const document = parseWithin(text, limits.tokens);
  if (document === 'too many tokens') return tooLarge('tokens', limits.tokens);
  // Unreadable: Apollo says where.
  if (document === undefined) return undefined;
  const structure = measure(document);
  const measures: StructureMeasure[] = [
    'definitions',
    'aliases',
    'rootFields',
    'depth',
    'selections',
    'introspectionDepth',
    'introspectionLists',
    'valueDepth',
  ];
  const exceeded = measures.find((name) => structure[name] > limits[name]);
  return exceeded === undefined ? undefined : tooLarge(exceeded, limits[exceeded]);
}

function tooLarge(measure: keyof GraphqlLimits, limit: number): AppError {
  const sentence = {
    fr: `Requête trop complexe : la mesure « ${measure} » dépasse ${limit}.`,
    en: `Query too complex: the measure "${measure}" is over ${limit}.`,
  };
  return new AppError('QUERY_TOO_COMPLEX', sentence, { details: { measure, limit } });
}

function parseWithin(text: string, maxTokens: number): DocumentNode | 'too many tokens' | undefined {
  try {
    return parse(text, { maxTokens, noLocation: true });
  } catch (error) {
    return error instanceof Error && error.message.includes('tokens. Parsing aborted') ? 'too many tokens' : undefined;
  }
}

function measure(document: DocumentNode): Structure {
  const { aliases, valueDepth } = measureNodes(document);
  const extentOf = createMeter(document);
  const extents = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? [extentOf(definition.selectionSet)] : [],
  );
  const most = (of: (extent: Extent) => number) => Math.max(0, ...extents.map(of));
  return {
    definitions: document.definitions.length,
    aliases,
    rootFields: most(({ fields }) => fields),
    depth: most(({ depth }) => depth),
    selections: most(({ selections }) => selections),
    introspectionDepth: most(({ introspectionDepth }) => introspectionDepth),
    introspectionLists: most(({ introspectionLists }) => introspectionLists),
    valueDepth,
  };
}

function measureNodes(document: DocumentNode): { aliases: number; valueDepth: number } {
  let [aliases, depth, valueDepth] = [0, 0, 0];
  const nested = {
    enter: () => {
      depth += 1;
      valueDepth = Math.max(valueDepth, depth);
    },
    leave: () => {
      depth -= 1;
    },
  };
  visit(document, {
    Field: ({ alias }) => {
      if (alias !== undefined) aliases += 1;
    },
    ListValue: nested,
    ObjectValue: nested,
  });
  return { aliases, valueDepth };
}

/** Each fragment is measured once, however often it is spread: the work is that of the text, not of its expansion. */
function createMeter(document: DocumentNode): (selectionSet: SelectionSetNode) => Extent {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Extent>();

  function ofSet(selectionSet: SelectionSetNode | undefined): Extent {
    return (selectionSet?.selections ?? []).map(ofSelection).reduce(together, NOTHING);
  }

  function ofSelection(selection: SelectionNode): Extent {
    if (selection.kind === Kind.FIELD) return fieldAround(selection, ofSet(selection.selectionSet));
    const inside =
      selection.kind === Kind.INLINE_FRAGMENT ? ofSet(selection.selectionSet) : ofFragment(selection.name.value);
    return { ...inside, selections: inside.selections + 1 };
  }

  function ofFragment(name: string): Extent {
    let extent = known.get(name);
    if (extent === undefined) {
      // A fragment that spreads itself is refused by validation; until then it ends here.
      known.set(name, NOTHING);
      extent = ofSet(fragments.get(name)?.selectionSet);
      known.set(name, extent);
    }
    return extent;
  }

  return ofSet;
}

function fieldAround({ name: { value: name } }: FieldNode, inside: Extent): Extent {
  const depth = Math.max(inside.depth, inside.introspectionDepth) + 1;
  const isIntrospection = INTROSPECTION_ROOTS.has(name);
  return {
    selections: inside.selections + 1,
    fields: 1,
    depth: isIntrospection ? 0 : depth,
    introspectionDepth: isIntrospection ? depth : 0,
    lists: inside.lists + (INTROSPECTION_LISTS.has(name) ? 1 : 0),
    introspectionLists: isIntrospection ? inside.lists : 0,
  };
}

function together(one: Extent, other: Extent): Extent {
  return {
    selections: one.selections + other.selections,
    fields: one.fields + other.fields,
    depth: Math.max(one.depth, other.depth),
    introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
    lists: Math.max(one.lists, other.lists),
    introspectionLists: Math.max(one.introspectionLists, other.introspectionLists),
  };
}
