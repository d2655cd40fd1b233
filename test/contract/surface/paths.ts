/** Every path that the service has, as its router holds it: `/v1/users/:id`. */
import type { FastifyInstance } from 'fastify';

/** A line of the router's tree: four characters of drawing per level, then what the path has beyond its parent's. */
const LINE = /^((?:[│ ] {3})*[├└]── )(\S+) \(/;

export function servedPaths(app: FastifyInstance): readonly string[] {
  const parents: string[] = [];
  const lines = app.printRoutes({ commonPrefix: false }).split('\n');
  return lines.flatMap((line) => {
    const [, drawing, own] = LINE.exec(line) ?? [];
    if (drawing === undefined || own === undefined) return [];
    const level = drawing.length / 4;
    // All paths stand below `/`, in which their first slash is.
    parents[level] = `${parents[level - 1] ?? ''}${own}`.replaceAll('//', '/');
    return [parents[level]];
  });
}
