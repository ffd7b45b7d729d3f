// `@earshot/server/observe`: logs and metrics, for a process that runs servers in other processes.

export { createLogger, type Logger } from './logger.ts';
export {
  createMetrics,
  type Metrics,
  type MetricsSnapshot,
  type MetricsWorker,
  type SharedMetrics,
} from './metrics.ts';
export { returnMemory } from './returnMemory.ts';
