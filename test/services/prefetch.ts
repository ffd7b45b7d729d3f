import { freshenPage } from '../../scripts/page.ts';
import { findBinary } from './binaries.ts';
import { findChromium } from './chromium.ts';
import { findCaddy, findNginx } from './proxies.ts';

/**
 * Downloads, all at once, what the tests need and this machine lacks, and builds the page. Vitest's setups would do it one after
 * another. They run in any case, and report what failed here.
 */
export async function prefetch(): Promise<void> {
  const services = [
    process.env.MONGODB_URI ? undefined : findBinary('mongod'),
    process.env.REDIS_URL ? undefined : findBinary('redis'),
  ];
  await Promise.allSettled([...services, findChromium(), findNginx(), findCaddy(), freshenPage()]);
}
