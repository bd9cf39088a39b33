import { ADMIN_USER } from '@keyledger/infra-nats';
import { connectNats, protectStreams } from '@keyledger/messaging-nats';
import type { Tell } from './events.ts';
import type { StackSecrets } from './secrets.ts';

const PATIENCE_MS = 5_000;

/** Makes streams that an earlier version created as they are created today, for which services have no right. */
export const protectStreamsOf = async (
  { url: servers }: { readonly url: string },
  { natsPasswords }: StackSecrets,
  tell: Tell,
): Promise<void> => {
  const password = natsPasswords[ADMIN_USER].value;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const connection = await connectNats({ servers, user: ADMIN_USER, password, name: 'development stack', signal });
    await protectStreams(connection).finally(() => connection.close());
  } catch (error) {
    tell({ kind: 'line', part: 'nats', line: `The streams could not be protected: ${String(error)}` });
  }
};
