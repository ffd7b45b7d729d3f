import { limits } from '@earshot/shared';

type FrameData = Parameters<WebSocket['send']>[0];

/** UTF-16 units that fit into a frame that every server accepts: each has at most three bytes of UTF-8. */
const frameUnits = Math.floor(limits.frameBytes / 3);

/**
 * Splits a frame of tRPC's client, which has all messages of one tick as a JSON array. A frame that may exceed the limit
 * of a server is split between messages. A single message that long is not split.
 */
export function splitFrame(data: FrameData): FrameData[] {
  if (typeof data !== 'string' || data.length <= frameUnits || !data.startsWith('[')) return [data];
  const messages: unknown = JSON.parse(data);
  if (!Array.isArray(messages)) return [data];
  const frames: string[] = [];
  let texts: string[] = [];
  let units = 0;
  const flush = () => {
    if (texts.length > 0) frames.push(`[${texts.join(',')}]`);
    texts = [];
    units = 2;
  };
  for (const text of messages.map((message) => JSON.stringify(message))) {
    if (units + text.length + 1 > frameUnits) flush();
    texts.push(text);
    units += text.length + 1;
  }
  flush();
  return frames;
}
