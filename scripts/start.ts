import { freshenPage } from './page.ts';

// `pnpm start`: the page as its sources are now, then the server. One that can't be built stops nobody from chatting
// by other means.
await freshenPage().catch((error: Error) => {
  process.stderr.write(`${error.message} The server runs without it.\n`);
});
await import('../packages/server/src/main.ts');
