const waiting = (count: number) =>
  count === 0 ? '' : count === 1 ? ' One message is waiting.' : ` ${count} messages are waiting.`;

export const connection = {
  connecting: 'Connecting …',
  offline: (count: number) => `You’re offline.${waiting(count)}`,
  offlineHint: 'Keep writing: your messages are sent automatically.',
  nextTry: (seconds: number) => `Retrying in ${seconds} s`,
  trying: 'Retrying …',
  tryNow: 'Retry now',
  back: 'You’re back online.',
};
