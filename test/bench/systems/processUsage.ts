import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

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

/** Begins to measure a new peak of resident memory, see `memoryPeakOf`. Linux 4.0 or later. */
export function resetMemoryPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The largest resident memory of a process since `resetMemoryPeak`, in bytes. */
export function memoryPeakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

const firstNumber = (file: string) => Number.parseInt(readFileSync(file, 'utf8'), 10);
