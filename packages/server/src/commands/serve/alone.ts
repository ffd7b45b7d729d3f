import type { Config } from '../../config.ts';
import { createLogger } from '../../observe/logger.ts';
import { banner } from './banner.ts';
import { runUntil, startServer } from './run.ts';
import { untilAsked } from './stopping.ts';

/** One server in this process. */
export async function serveAlone(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const server = await startServer(config, { log });
  process.stdout.write(banner(config, server.url));
  const asked = untilAsked(() => process.exit(1));
  await runUntil(asked, { server, log });
}
