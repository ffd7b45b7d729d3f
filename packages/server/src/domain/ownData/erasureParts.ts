import type { Hub } from '../../feed/hub.ts';
import type { Logger } from '../../observe/logger.ts';
import type { OpenErasure } from '../../store/erasures.ts';
import type { Store } from '../../store/store.ts';
import type { RuleMirror } from '../rules/ruleMirror.ts';

/** What erasures need of the services. */
export interface ErasureParts {
  store: Store;
  hub: Pick<Hub, 'publish'>;
  rules: RuleMirror;
  log: Logger;
}

/** The user whose data is erased. */
export type ErasedUser = Pick<OpenErasure, 'userId' | 'pseudonym'>;
