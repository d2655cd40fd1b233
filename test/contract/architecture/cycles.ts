/** Cycles between files and between rooms. */
import { roomOf } from './rooms.js';
import type { SourceFile } from './source.js';

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/** Each node knows the next, and the last one the first. */
interface Cycle {
  readonly nodes: readonly string[];
}

/**
 * The four record types may know each other: a customer has contacts, opportunities and activities, and each of these
 * has a customer. Their relations point both ways, in the model as in the API, so no order of the four rooms would be
 * free of cycles. For cycles between rooms they count as one. Their files stay free of cycles all the same.
 */
const KINDS_OF_RECORD = ['crm/activity', 'crm/contact', 'crm/customer', 'crm/opportunity'];

export function fileCycles(files: readonly SourceFile[]): string[] {
  return cyclesOf(new Map(files.map(({ path, own }) => [path, new Set(own)])));
}

export function roomCycles(files: readonly SourceFile[]): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const { path, own } of files) {
    const from = cycleRoomOf(path);
    const targets = own.map(cycleRoomOf).filter((to) => to !== from);
    arrows.set(from, new Set([...(arrows.get(from) ?? []), ...targets]));
  }
  return cyclesOf(arrows);
}

function cycleRoomOf(path: string): string {
  const room = roomOf(path) ?? path;
  return KINDS_OF_RECORD.includes(room) ? 'the kinds of record' : room;
}

/**
 * The shortest cycles, none with a node of another: one wrong arrow can close hundreds of cycles, and a test that stays
 * red after the first is gone names the next.
 */
function cyclesOf(arrows: Arrows): string[] {
  const named = new Set<string>();
  return [...arrows.keys()]
    .flatMap((start) => shortestCycle(arrows, start) ?? [])
    .sort((one, other) => one.nodes.length - other.nodes.length)
    .filter(({ nodes }) => {
      const isNew = !nodes.some((node) => named.has(node));
      for (const node of isNew ? nodes : []) named.add(node);
      return isNew;
    })
    .map(({ nodes }) => [...nodes, nodes[0]].join(' → '));
}

function shortestCycle(arrows: Arrows, start: string): Cycle | undefined {
  const paths: (readonly [last: string, ...before: string[]])[] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const target of arrows.get(path[0]) ?? []) {
      if (target === start) return { nodes: path.toReversed() };
      if (!seen.has(target)) paths.push([target, ...path]);
      seen.add(target);
    }
  }
  return undefined;
}
