import { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import { IssuerRefused, issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import type { IssuedKey } from '../../../application/ports/issuer-keys.ts';
import { readAnswer } from '../http/answer.ts';
import { type AskIssuer, segment, unlessMissing } from '../http/asking.ts';
import { labelsOf } from '../http/own-alias.ts';
import { withoutAbsent } from '../http/without-absent.ts';
import { listOf, OPENAI } from './openai.client.ts';

/** A key at OpenAI is the one key of a service account of its own: the account is what is named and ended. */
const accountSchema = z.object({ id: z.string().min(1), name: z.string() });

type Account = z.output<typeof accountSchema>;

const madeSchema = accountSchema.extend({ api_key: z.object({ value: z.string().min(16) }) });

const namedSchema = z.object({ name: z.string() });

const keyOf = ({ id, name }: Account): IssuedKey => ({
  issuerKeyId: id,
  alias: name,
  ...withoutAbsent({ labels: labelsOf(name) }),
});

/** What others left in a form that is not known is passed over; an account with a name of ours must not be. */
const keysIn = (entry: unknown): readonly IssuedKey[] => {
  const parsed = accountSchema.safeParse(entry);
  if (parsed.success) return [keyOf(parsed.data)];
  const named = namedSchema.safeParse(entry);
  if (named.success && labelsOf(named.data.name) !== undefined)
    throw issuerUnavailable('OpenAI listed an account of ours in a form that is not known');
  return [];
};

export const openAiAccounts = (ask: AskIssuer, projectPath: string) => {
  const path = `${projectPath}/service_accounts`;

  /** A 404 is about the account only while the project is there. */
  const checkProject = async (): Promise<void> => {
    const project = await unlessMissing(async () => ask({ method: 'GET', path: projectPath }));
    if (project === undefined) throw new IssuerRefused('order-refused', 'OpenAI has no project by the configured id');
  };

  const aboutOne = async (method: 'GET' | 'DELETE', issuerKeyId: string): Promise<unknown> => {
    const answer = await unlessMissing(async () => ask({ method, path: `${path}/${segment(issuerKeyId)}` }));
    if (answer === undefined) await checkProject();
    return answer;
  };

  return {
    make: async (alias: string): Promise<{ key: IssuedKey; secret: SecretBytes }> => {
      const made = readAnswer(OPENAI, madeSchema, await ask({ method: 'POST', path, body: { name: alias } }));
      return { key: keyOf(made), secret: SecretBytes.fromText(made.api_key.value) };
    },
    find: async (issuerKeyId: string): Promise<IssuedKey | undefined> => {
      const answer = await aboutOne('GET', issuerKeyId);
      return answer === undefined ? undefined : keyOf(readAnswer(OPENAI, accountSchema, answer));
    },
    /** With the account goes its key, which could not be deleted by itself. */
    end: async (issuerKeyId: string): Promise<void> => void (await aboutOne('DELETE', issuerKeyId)),
    async *all(): AsyncGenerator<IssuedKey> {
      for await (const entry of listOf(ask, path)) yield* keysIn(entry);
    },
  };
};
