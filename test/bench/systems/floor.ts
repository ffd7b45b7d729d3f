import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NotMeasurable } from '../notMeasurable.ts';
import type { SystemSpec } from './system.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const source = fileURLToPath(import.meta.resolve('../peers/floor.c'));

/** A server in C that does one write(2) for each delivery, and nothing else: what the kernel alone costs. */
export const floor: SystemSpec = {
  title: 'floor in C',
  protocol: 'bareWs',
  launch: async ({ stack }) => {
    const program = join(stack.use(temporaryFolder()).path, 'floor');
    await compile(program);
    return { program, args: [], env: {} };
  },
};

async function compile(program: string): Promise<void> {
  try {
    await promisify(execFile)('cc', ['-O2', '-o', program, source]);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw isMissing ? new NotMeasurable('needs a C compiler (`cc`) on PATH') : error;
  }
}
