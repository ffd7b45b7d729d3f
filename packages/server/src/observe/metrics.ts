import type { ErrorCode } from '@earshot/shared';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface Metrics {
  /** Adds to the counter of that name, made when first used. */
  count(name: string, n?: number): void;
  /** Counts an error told to a client, by its name in the error table. */
  countError(code: ErrorCode): void;
  /** Calls `read` whenever the metrics are asked for. */
  gauge(name: string, help: string, read: () => number): void;
  /** All metrics in Prometheus's text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A server's own metrics, apart from those of other servers in the process. Labels never hold rooms, users or places. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'earshot_' });
  const counters = new Map<string, Counter>();

  const errors = new Counter({
    name: 'earshot_errors_total',
    help: 'Errors told to clients',
    labelNames: ['code'],
    registers: [registry],
  });

  function counter(name: string): Counter {
    const known = counters.get(name);
    if (known !== undefined) return known;
    const help = `How often: ${name.replaceAll('_', ' ')}`;
    const made = new Counter({ name: `earshot_${name}_total`, help, registers: [registry] });
    counters.set(name, made);
    return made;
  }

  return {
    count: (name, n = 1) => counter(name).inc(n),
    countError: (code) => errors.inc({ code }),
    gauge: (name, help, read) => {
      new Gauge({
        name: `earshot_${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
