/** The emojis offered first. */
export const commonEmojis = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'] as const;

const fewEmojis = /^\p{RGI_Emoji}{1,3}$/v;

/** Whether a message consists of up to three emojis, which are shown large. */
export const isOnlyEmojis = (text: string): boolean => text.length <= 96 && fewEmojis.test(text);
