import type { SealSecret } from '@keyledger/contracts-vault';
import type { InputOf, Principal } from '@keyledger/messaging';
import { asking, submissionOf, type VaultClient } from './vault-client.ts';

/** Hands in a value for whoever is its owner, and answers with the id of the secret. */
export const keepSecret = async (
  client: VaultClient,
  owner: Principal,
  value: string,
  also: Partial<InputOf<typeof SealSecret>> = {},
): Promise<string> => {
  const submission = await submissionOf(client, value, owner);
  const reply = await client.SealSecret({ label: 'OpenAI', submission, ...also }, asking(owner));
  if (reply.outcome === 'refused') throw new Error(reply.message);
  return reply.result.secretId;
};
