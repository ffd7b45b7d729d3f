/** The texts about the end of an access token. */
export const token = {
  ends: (time: string) =>
    `The access token you signed in with is valid until ${time}. Enter a new one to stay signed in.`,
  enter: 'Enter new token',
};

export type TokenText = typeof token;
