/** What is offered first. */
export const commonEmojis = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'] as const;

const fewEmojis = /^\p{RGI_Emoji}{1,3}$/v;

/** Whether a message is up to three emojis and nothing else: they are shown large. */
export const isOnlyEmojis = (text: string): boolean => text.length <= 96 && fewEmojis.test(text);
