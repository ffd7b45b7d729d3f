import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCodes, errorEntry, isErrorCode } from '../packages/shared/src/errorCodes.ts';
import { errorWhen } from '../packages/shared/src/errorWhen.ts';

// `pnpm docs:errors` writes docs/errors.md from the table of errors.

export const errorsPageFile = path.resolve(import.meta.dirname, '../docs/errors.md');

const introduction = `# Errors

Every refusal has a name. Over tRPC it arrives as a \`TRPCClientError\` whose \`data\` holds \`errorCode\`, \`retry\`, \`retryAfterMs\` (where
known) and \`issues\` (for input that is not valid); \`@earshot/client\` makes an \`EarshotClientError\` of it, whose \`code\` is the
name. Plain HTTP and a refused upgrade answer \`{error, code}\`, the legacy WebSocket an \`Error\` frame with the \`code\`. Some errors end the WebSocket, with the close code given here.

\`retry\` says what a client should do: \`no\`, the same call will fail again; \`later\`, it may succeed after a while; \`reconnect\`, open a new
connection (with a fresh token where the token was the cause) and resume.

<!-- Made from errorCodes.ts and errorWhen.ts in packages/shared/src by \`pnpm docs:errors\`: change those, then run this. -->

| name | when | tRPC code | HTTP | close | retry |
|---|---|---|---|---|---|
`;

export function errorsPage(): string {
  const rows = Object.keys(errorCodes)
    .filter(isErrorCode)
    .map((code) => {
      const { trpc, http, close, retry } = errorEntry(code);
      return `| \`${code}\` | ${errorWhen[code].replaceAll('|', '\\|')} | ${trpc} | ${http} | ${close ?? ''} | ${retry} |\n`;
    });
  return introduction + rows.join('');
}

if (import.meta.main) await writeFile(errorsPageFile, errorsPage());
