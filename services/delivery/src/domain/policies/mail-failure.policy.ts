/** The cause of a delivery that ended because the lease has a newer key. */
export const SUPERSEDED = 'superseded';

const SENTENCES: Readonly<Record<string, string>> = {
  'smtp-unreachable': 'The mail server could not be reached.',
  'smtp-connection-lost': 'The connection to the mail server was lost before it confirmed the mail.',
  'smtp-timeout': 'The mail server did not answer in time.',
  'smtp-tls': 'No encrypted connection to the mail server could be made.',
  'smtp-protocol': 'The mail server did not speak SMTP as expected.',
  'recipient-malformed': 'The recipient is not a single plain e-mail address.',
  [SUPERSEDED]: 'The lease has a newer key, which has a mail of its own.',
  'channel-not-supported': 'This delivery channel is not supported.',
};

const SMTP_REPLY = /^smtp-(\d)\d\d$/;

/** A sentence for requesters and administrators. What the server said word by word is for the log only. */
export const mailFailureMessage = (cause: string): string => {
  const known = SENTENCES[cause];
  if (known !== undefined) return known;
  const kind = SMTP_REPLY.exec(cause)?.[1];
  if (kind === '5') return `The mail server refused the mail (${cause.slice(5)}).`;
  if (kind === '4') return `The mail server could not take the mail for now (${cause.slice(5)}).`;
  return 'The mail could not be sent.';
};
