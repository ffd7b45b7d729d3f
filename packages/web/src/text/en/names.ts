/** The texts about the names of users in a room, which are loaded with their marks. */
export const names = {
  guest: 'guest',
  lookalike: 'Looks like another name here',
  now: (name: string) => `now ${name}`,
  was: (name: string) => `was ${name}`,
  renamed: (from: string, to: string) => `${from} is now ${to}.`,
  unchecked: 'This server doesn’t check who people are: anyone can use any name.',
};

export type NamesText = typeof names;
