import { freshenPage } from './page.ts';

// Run by `pnpm start`: builds the page if its sources have changed, then starts the server. If the page can’t be built, the server
// starts without it.
await freshenPage().catch((error: Error) => {
  process.stderr.write(`${error.message} The server runs without it.\n`);
});
await import('../packages/cli/src/main.ts');
