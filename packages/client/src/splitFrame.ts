import { limits } from '@earshot/shared';

type FrameData = Parameters<WebSocket['send']>[0];

/** UTF-16 units that fit into a frame that every server takes: each is at most three bytes of UTF-8. */
const frameUnits = Math.floor(limits.frameBytes / 3);

/**
 * The frames that carry what tRPC's client put into one: all messages of one turn, as a JSON array. One that may be longer
 * than a server takes is split between messages; a single message that long is left whole.
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
