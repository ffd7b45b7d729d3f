import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, release, type as systemName, tmpdir, totalmem } from 'node:os';

/** The machine on which the figures were measured. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  /** The file system of the databases. On one in memory, durable writes cost nothing, so the figures don't show their cost. */
  data: string;
}

/** Magic numbers of statfs(2). */
const fileSystems = new Map([
  [0xef53, 'ext4'],
  [0x5846_5342, 'xfs'],
  [0x9123_683e, 'btrfs'],
  [0x794c_7630, 'overlay'],
  [0x0102_1994, 'tmpfs (in memory)'],
]);

export async function describeMachine(): Promise<Machine> {
  const { type } = await statfs(tmpdir());
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${systemName()} ${release()}`,
    node: process.version,
    data: fileSystems.get(type) ?? `type 0x${type.toString(16)}`,
  };
}

export function machineLine({ cpu, cores, memoryGb, system, node, data }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node.js ${node}, data on ${data}`;
}

/** File descriptors that a process may open. Node.js raises its own limit to the hard limit (`ulimit -Hn`) when it starts. */
export function descriptorLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const [, hard] = /^Max open files\s+\S+\s+(\d+)/m.exec(limits) ?? [];
    return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard);
  } catch {
    return Number.POSITIVE_INFINITY; // not Linux: a case without enough descriptors fails by itself
  }
}
