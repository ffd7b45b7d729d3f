import type { PerMessageDeflateOptions, ServerOptions } from 'ws';
import { compression as compressed } from './textFrame.ts';

export interface SocketSettings {
  /** Maximum bytes in one frame, decompressed. A longer frame closes the connection with 1009. */
  frameBytes: number;
  /** Whether clients that offer permessage-deflate (RFC 7692) get it. */
  compression: boolean;
}

/**
 * The negotiated compression. `ws` only decompresses; `Outbound` compresses. `ws` keeps a decompressor of about 40 KB for
 * each socket that sent a compressed message.
 */
const deflate: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: compressed.windowBits,
  zlibInflateOptions: { chunkSize: 4_096 },
  /** Messages decompressed at a time, for all sockets together. */
  concurrencyLimit: 8,
};

/** The options of all WebSocket servers. Upgrades are passed to them. */
export const socketOptions = ({ frameBytes, compression }: SocketSettings): ServerOptions => ({
  noServer: true,
  maxPayload: frameBytes,
  perMessageDeflate: compression && deflate,
});
