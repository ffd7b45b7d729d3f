/** @typedef {'closed' | 'connecting' | 'open'} State */
/** @typedef {{ onState: (state: State) => void, onFrame: (text: string) => void, onNote: (text: string) => void }} Events */

/**
 * The page's only socket.
 * @param {Events} events
 */
export function createConnection({ onState, onFrame, onNote }) {
  /** @type {WebSocket | null} */
  let socket = null;

  /** @param {string} locationId */
  function open(locationId) {
    socket?.close(1000);
    const url = addressOf(locationId);
    const opened = new WebSocket(url);
    socket = opened;
    onState('connecting');
    opened.addEventListener('open', () => {
      onNote(`connected to ${url}`);
      if (socket === opened) onState('open');
    });
    opened.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') onFrame(data);
      else onNote(`a binary frame of ${data.size} bytes`);
    });
    opened.addEventListener('close', ({ code, reason }) => {
      onNote(
        `closed: ${code}${reason === '' ? '' : ` ${reason}`}${code === 1006 ? ' (refused, or the connection was lost)' : ''}`,
      );
      if (socket !== opened) return; // another socket was opened meanwhile
      socket = null;
      onState('closed');
    });
  }

  return {
    open,
    close: () => socket?.close(1000),
    /**
     * Sends a text. Returns whether the socket was open.
     * @param {string} text
     */
    send: (text) => {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
  };
}

/** @param {string} locationId */
function addressOf(locationId) {
  const url = new URL(`ws/${encodeURIComponent(locationId)}`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
