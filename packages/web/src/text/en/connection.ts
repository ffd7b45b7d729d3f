const waiting = (count: number) =>
  count === 0 ? '' : count === 1 ? ' One message is waiting.' : ` ${count} messages are waiting.`;

export const connection = {
  connecting: 'Connecting …',
  offline: (count: number) => `You are offline.${waiting(count)}`,
  offlineHint: 'Keep writing: your messages are sent automatically.',
  nextTry: (seconds: number) => `Next try in ${seconds} s`,
  trying: 'Trying …',
  tryNow: 'Try now',
  back: 'You are back online.',
};
