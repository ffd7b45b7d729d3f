import type { EarshotClient, EarshotClientError } from '@earshot/client';
import type { Screen } from './terminal.ts';

/** Prints when the connection is lost, and when it is back. */
export function showConnection(client: EarshotClient, screen: Screen, url: string): void {
  let shownStatus = 'open';
  client.connection.subscribe(({ status, error }) => {
    if (status === shownStatus || status === 'connecting') return;
    if (status === 'open') screen.print('— connected —');
    // The reason was printed when the token could not be read.
    else if (error?.code === 'NO_CREDENTIALS') screen.print('— there is no token to connect with; retrying —');
    else if (status === 'offline') {
      const reason = error?.message ?? 'no answer';
      screen.print(`— ${url} is unreachable (${reason}); retrying. Is the server running, and is --url right? —`);
    }
    shownStatus = status;
  });
}

/** Prints why events are delayed although there is a connection. Null: the delay is over. */
export function createDelayNotice(client: EarshotClient, screen: Screen): (error: EarshotClientError | null) => void {
  let shownCode: string | null = null;
  return (error) => {
    if (error === null) shownCode = null;
    // A lost connection has its own notice.
    else if (error.code !== shownCode && client.connection.get().status === 'open') {
      screen.print(`— ${error.message} Retrying. —`);
      shownCode = error.code;
    }
  };
}
