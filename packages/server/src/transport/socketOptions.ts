import type { PerMessageDeflateOptions, ServerOptions } from 'ws';
import { compression as compressed } from './textFrame.ts';

export interface SocketSettings {
  /** Bytes in one frame, decompressed; a longer one closes the connection with 1009. */
  frameBytes: number;
  /** Whether clients that offer permessage-deflate (RFC 7692) get it. */
  compression: boolean;
}

/**
 * What is agreed with clients. `ws` only decompresses: `Outbound` compresses what is sent. `ws` keeps a decompressor of some
 * 40 KB for each socket that sent something compressed.
 */
const deflate: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: compressed.windowBits,
  zlibInflateOptions: { chunkSize: 4_096 },
  /** Messages decompressed at a time, of all sockets together. */
  concurrencyLimit: 8,
};

/** How WebSocket servers of every wire are set up. Upgrades are handed to them. */
export const socketOptions = ({ frameBytes, compression }: SocketSettings): ServerOptions => ({
  noServer: true,
  maxPayload: frameBytes,
  perMessageDeflate: compression && deflate,
});
