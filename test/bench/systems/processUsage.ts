import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of all threads of a process, in microseconds, from proc(5). Threads that have ended are left out. */
export function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => firstNumber(`/proc/${pid}/task/${thread}/schedstat`));
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1_000;
}

/** Resident memory of a process, in bytes. */
export function residentMemoryOf(pid: number): number {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * 4_096;
}

const firstNumber = (file: string) => Number.parseInt(readFileSync(file, 'utf8'), 10);
