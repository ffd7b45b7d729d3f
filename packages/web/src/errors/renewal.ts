import { createContext, useContext } from 'react';

/** Gets the person at this page a new identity under the same name, or leads them to where they prove who they are. */
export const RenewalContext = createContext<(() => void) | null>(null);

export const useRenewal = () => useContext(RenewalContext);
