/** Cycles between files and between rooms. */
import { roomOf } from './rooms.js';
import type { SourceFile } from './source.js';

type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The four kinds of record may know each other: a customer has contacts, opportunities and activities, and each of these
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

/** The shortest cycle through each node; a cycle is named once, whichever of its nodes it was found from. */
function cyclesOf(arrows: Arrows): string[] {
  const found = new Map<string, string>();
  for (const start of arrows.keys()) {
    const cycle = shortestCycle(arrows, start);
    const key = cycle?.toSorted().join('\n');
    if (cycle && key !== undefined && !found.has(key)) found.set(key, [...cycle, start].join(' → '));
  }
  return [...found.values()];
}

function shortestCycle(arrows: Arrows, start: string): readonly string[] | undefined {
  const paths: (readonly [last: string, ...before: string[]])[] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const target of arrows.get(path[0]) ?? []) {
      if (target === start) return path.toReversed();
      if (!seen.has(target)) paths.push([target, ...path]);
      seen.add(target);
    }
  }
  return undefined;
}
