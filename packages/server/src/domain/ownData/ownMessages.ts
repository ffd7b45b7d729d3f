import type { Message } from '@earshot/shared';
import type { PersonalData } from '../../store/personalData.ts';
import type { Services } from '../services.ts';

/** The caller's messages, as far as they have not expired. */
export const ownMessages = ({
  store,
  retention,
}: Pick<Services, 'store' | 'retention'>): Pick<PersonalData<Message>, 'exportOf'> => ({
  exportOf: async (userId, request) => {
    const { records, next } = await store.personal.messages.exportOf(userId, request);
    return { records: records.filter((message) => !retention.isExpired(message)), next };
  },
});
