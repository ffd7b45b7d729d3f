/** What is offered first. */
export const commonEmojis = ['👍', '❤️', '😂', '🎉', '😮', '😢', '🙏', '👀'] as const;

const oneEmoji = /^(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0f?)$/v;
const fewEmojis = /^\p{RGI_Emoji}{1,3}$/v;

/** Whether a text is one emoji, or a sequence that shows as one: what the server takes for a reaction. */
export const isEmoji = (text: string): boolean => text.length <= 32 && oneEmoji.test(text);

/** Whether a message is up to three emojis and nothing else: they are shown large. */
export const isOnlyEmojis = (text: string): boolean => text.length <= 96 && fewEmojis.test(text);
