import type { PerMessageDeflateOptions, ServerOptions } from 'ws';

export interface SocketSettings {
  /** Bytes in one frame, decompressed; a longer one closes the connection with 1009. */
  frameBytes: number;
  /** Whether clients that offer permessage-deflate (RFC 7692) get it. */
  compression: boolean;
}

/**
 * `ws` keeps a compressor for each socket that was ever sent something long, and a decompressor for each that sent
 * something compressed. So the compressor's window and tables are small (zlib.h: 2^(bits + 2) + 2^(level + 9) bytes); what
 * repeats in our messages, the names of their fields, is never far off. Nothing is kept from one message to the next.
 */
const deflate: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 12,
  zlibDeflateOptions: { level: 3, memLevel: 5, chunkSize: 4_096 },
  zlibInflateOptions: { chunkSize: 4_096 },
  /** Bytes below which a message is sent as it is: it would hardly get shorter. */
  threshold: 1_024,
  /** Messages worked on at a time, of all sockets together. */
  concurrencyLimit: 8,
};

/** How WebSocket servers of every wire are set up. Upgrades are handed to them. */
export const socketOptions = ({ frameBytes, compression }: SocketSettings): ServerOptions => ({
  noServer: true,
  maxPayload: frameBytes,
  perMessageDeflate: compression && deflate,
});
