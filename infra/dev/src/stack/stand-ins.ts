import { type LiteLlm, type Mailbox, startLiteLlm, startMailbox } from '@keyledger/testing';
import type { DataDirectory } from './data-directory.ts';
import type { Ports } from './ports.ts';

export interface StandIns {
  readonly mailbox: Mailbox;
  /** Absent when LITELLM_BASE_URL names a real one. */
  readonly litellm: LiteLlm | undefined;
  /** Safe to repeat. */
  stop(): Promise<void>;
}

export const startStandIns = async (
  data: DataDirectory,
  ports: Ports,
  litellmMasterKey: string | undefined,
): Promise<StandIns> => {
  const mailbox = await startMailbox({ port: ports.mailbox, smtpPort: ports.smtp, dataFile: data.mailFile });
  const litellm =
    litellmMasterKey === undefined
      ? undefined
      : await startLiteLlm({ port: ports.litellm, masterKey: litellmMasterKey, dataFile: data.litellmFile });
  let stopped: Promise<unknown> | undefined;
  const stop = async () => {
    stopped ??= Promise.all([mailbox.stop(), litellm?.stop()]);
    await stopped;
  };
  return { mailbox, litellm, stop };
};
