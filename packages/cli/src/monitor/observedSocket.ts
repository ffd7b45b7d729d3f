import { WebSocket } from 'ws';
import type { FrameObserver } from './frame.ts';

type ObservedSocketClass = new (url: string) => WebSocket;

/** A WebSocket class for clients. Its sockets report every frame, and their close, to the observer. */
export function observedSocket(
  observer: FrameObserver,
  onMade: (socket: WebSocket) => void = () => {},
): ObservedSocketClass {
  return class ObservedSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      onMade(this);
      let opened = false;
      let problem = '';
      this.on('open', () => {
        opened = true;
      });
      this.on('unexpected-response', (_request, { statusCode }) => {
        problem = `the server answered with HTTP status ${statusCode}`;
        this.terminate(); // with a listener, `ws` leaves this to it; an error and the close follow
      });
      this.on('error', (error: NodeJS.ErrnoException) => {
        problem ||= error.message || (error.code ?? ''); // if several addresses refuse, the error has no message
      });
      this.on('message', (data: Buffer, isBinary: boolean) => observer.frame('in', isBinary ? data : data.toString()));
      this.on('close', (code, reason) => {
        observer.note(opened ? `connection closed: ${describeClose(code, reason)}` : `could not connect: ${problem}`);
      });
    }

    override send(data: string | BufferSource | Blob): void {
      observer.frame('out', String(data)); // clients of either wire send only text
      super.send(data);
    }
  };
}

function describeClose(code: number, reason: Uint8Array): string {
  const closeReason = Buffer.from(reason).toString();
  return `${code}${closeReason === '' ? '' : ` ${closeReason}`}${code === 1006 ? ' (no close frame)' : ''}`;
}
