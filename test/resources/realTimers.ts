import { beforeAll } from 'vitest';

/**
 * The files that run in one process share its globals. One that leaves fake timers behind would stop whichever comes next: a file that does not
 * call `useRealTimers`, or that spies on a fake timer, because vitest restores all spies once more when the file has ended.
 */
beforeAll(() => {
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    if ('clock' in globalThis[name])
      throw new Error(`${name} is a fake that an earlier file of this process left behind`);
  }
});
