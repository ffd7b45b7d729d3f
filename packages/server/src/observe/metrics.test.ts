import { readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

const openFiles = async () => Number(/^earshot_process_open_fds (\d+)$/m.exec(await createMetrics().text())?.[1]);

test.runIf(process.platform === 'linux')('the metric of open files follows the number of open files', async () => {
  const before = await openFiles();
  const listed = readdirSync('/proc/self/fd').length;
  expect(Math.abs(before - listed)).toBeLessThan(20); // other tests of this process may open or close a few

  const handles: FileHandle[] = await Promise.all(Array.from({ length: 200 }, () => open('/dev/null')));
  try {
    const after = await openFiles();
    expect(after - before).toBeGreaterThan(180);
    expect(after - before).toBeLessThan(220);
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
});
