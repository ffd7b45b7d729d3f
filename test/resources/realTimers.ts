import { beforeAll } from 'vitest';

/**
 * Test files that run in one process share its globals, so fake timers that a file leaves behind stop the next file. A file leaves them behind if it does not
 * call `useRealTimers`, or if it spies on a fake timer, because vitest restores all spies once more when the file has ended.
 */
beforeAll(() => {
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    if ('clock' in globalThis[name])
      throw new Error(`${name} is a fake that an earlier file of this process left behind`);
  }
});
