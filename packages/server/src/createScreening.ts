import type { Config } from './config/config.ts';
import type { ServerHooks } from './domain/screening/messageHook.ts';
import { MessageHooks } from './domain/screening/messageHooks.ts';
import { RepeatedMessages } from './domain/screening/repeatedMessages.ts';
import { WordFilter } from './domain/screening/wordFilter.ts';
import type { Services } from './domain/services.ts';
import type { Logger } from './observe/logger.ts';
import type { Metrics } from './observe/metrics.ts';
import { httpMessageHook } from './screening/httpMessageHook.ts';

interface Parts {
  config: Config;
  hooks: ServerHooks;
  log: Logger;
  metrics: Metrics;
}

/** Creates what screens the texts of users. */
export function createScreening({
  config: { screening, messageMaxChars, sendRate },
  hooks: { onMessage },
  log,
  metrics,
}: Parts): Pick<Services, 'wordFilter' | 'repeatedMessages' | 'messageHooks'> {
  const { messageHook: service } = screening;
  const hooks = [...(onMessage ? [onMessage] : []), ...(service ? [httpMessageHook(service)] : [])];
  return {
    wordFilter: new WordFilter(screening.blockedWordsMode),
    repeatedMessages: new RepeatedMessages({ rooms: sendRate === 0 ? 0 : screening.repeatedMessageRooms }),
    messageHooks: new MessageHooks({
      ...{ hooks, messageMaxChars, log },
      timeoutMs: screening.messageHookTimeoutMs,
      onFailure: screening.messageHookFailure,
      onCall: (seconds, failed) => {
        metrics.observe('message_hook_seconds', 'Time that message hooks took', seconds);
        if (failed) metrics.count('message_hook_failures');
      },
    }),
  };
}
