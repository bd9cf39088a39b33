/** The part of nats-server's configuration that says who may log in, and what they may do. */
export type NatsPasswords = Readonly<Record<string, string>>;

export const natsAccounts = (passwords: NatsPasswords): string => {
  const users = Object.entries(passwords).map(
    ([user, password]) => `{ user: ${user}, password: ${JSON.stringify(password)} }`,
  );
  return `authorization { users: [ ${users.join(', ')} ] }`;
};
