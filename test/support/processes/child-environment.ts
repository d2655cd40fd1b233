/** The environment that processes of tests start from: nothing of the machine's own but what they need to run. */

/** The path, and where V8 finds what it has compiled before: a process of the service then takes a fifth less to load. */
export function childEnvironment(): Record<string, string | undefined> {
  return { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
}
