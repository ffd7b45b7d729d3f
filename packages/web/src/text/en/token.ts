/** The texts about the end of an access token. */
export const token = {
  ends: (time: string) => `Your access token is valid until ${time}. Enter a new one to stay signed in.`,
  enter: 'Enter new token',
};

export type TokenText = typeof token;
