/** The parts of a real application that the figures of the benchmarks of calls don't show. Those of loads are in their scenarios. */
export const leavesOut = {
  data: 'other load at the same time, rooms with a longer history, and the migration',
  city: 'joins, messages and moves of others at the same time, and rooms with more messages',
  stalls: 'other load at the same time: each call is made alone',
  attack: 'other instances, TLS, attackers with many addresses, and a network that is full',
} as const;

/** The line below a table. */
export const leavesOutLine = (benchmark: keyof typeof leavesOut): string => `\nLeaves out: ${leavesOut[benchmark]}.\n`;
