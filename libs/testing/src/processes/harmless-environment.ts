/** Where programs, files and words are found: nothing that anybody would hide. */
const NAMES = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];

/**
 * What a program of others may know of the environment that we were started in. The rest may hold passwords and keys
 * that were meant for one service alone.
 */
export const harmlessEnvironment = (
  given: NodeJS.ProcessEnv = process.env,
  more: readonly string[] = [],
): NodeJS.ProcessEnv =>
  Object.fromEntries([...NAMES, ...more].flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
