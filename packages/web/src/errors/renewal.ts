import { createContext, useContext } from 'react';

/** Gets the user a new identity with the same name, or asks them to identify again. */
export const RenewalContext = createContext<(() => void) | null>(null);

export const useRenewal = () => useContext(RenewalContext);
