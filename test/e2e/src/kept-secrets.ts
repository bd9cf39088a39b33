import { randomBytes, randomUUID } from 'node:crypto';
import type { System } from './system.ts';

/** Written differently by JSON and in addresses, unlike the keys that the vault chooses. */
const canary = (): string =>
  `sk-${randomBytes(16).toString('base64url')}/+="\\%ü${randomBytes(16).toString('base64url')}`;

export interface KeptSecrets {
  /** What was handed in, taken or refused, and the token of an application. */
  readonly canaries: readonly string[];
  /** Every answer in which none of them may be. */
  readonly answers: readonly string[];
}

type Answer = Readonly<Record<string, Readonly<Record<string, never>>>>;

const changed = (name: string, input: string, fields: string): string =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { __typename ${fields} ... on Error { code message } } }`;

const secretOf = (name: string): string =>
  `... on ${name}Success { secret { id mask fingerprint checkoutGrants { serviceTokenId } } }`;

/**
 * Every way that a value can go which somebody hands in by GraphQL: sealed, refused, replaced, restored, granted to an
 * application, revealed to it and through the glass, wrapped anew, shredded.
 */
export const keepSecrets = async ({ gateway }: System): Promise<KeptSecrets> => {
  const [first, second, refused] = [canary(), canary(), canary()];
  const answers: string[] = [];
  const run = async (query: string, input: object, headers = gateway.administrator): Promise<Answer> => {
    const { data, errors } = await gateway.graphqlAnswer<Answer>(query, { input }, headers);
    if (data === undefined || errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const noted = async (...asked: Parameters<typeof run>): Promise<Answer> => {
    const answer = await run(...asked);
    answers.push(JSON.stringify(answer));
    return answer;
  };

  const SEAL = changed('sealSecret', 'SealSecretInput', secretOf('SealSecret'));
  const { sealSecret } = await noted(SEAL, { label: 'Canary', value: first, owner: 'system' });
  const secretId: string = (sealSecret as unknown as { secret: { id: string } }).secret.id;
  for (const value of [`"${refused}"`, ` ${refused}`, `${refused}\n`]) await noted(SEAL, { label: 'Canary', value });
  await noted(changed('replaceSecret', 'ReplaceSecretInput', secretOf('ReplaceSecret')), { secretId, value: second });
  await noted(changed('restoreSecret', 'RestoreSecretInput', secretOf('RestoreSecret')), { secretId, version: 1 });

  const TOKEN = '... on IssueServiceTokenSuccess { token serviceToken { serviceTokenId } }';
  const issued = await run(changed('issueServiceToken', 'IssueServiceTokenInput', TOKEN), { name: 'Canary' });
  const { token, serviceToken } = issued['issueServiceToken'] as unknown as {
    token: string;
    serviceToken: { serviceTokenId: string };
  };
  const application = { authorization: `Bearer ${token}` };
  const granted = { secretId, ...serviceToken };
  await noted(changed('grantCheckout', 'GrantCheckoutInput', secretOf('GrantCheckout')), granted);

  const REVEAL = changed('revealSecret', 'RevealSecretInput', '... on RevealSecretSuccess { plaintext mask }');
  const reveal = async (purpose: string, headers: typeof gateway.administrator): Promise<unknown> => {
    const input = { secretId, grantId: randomUUID(), purpose, reason: 'To see where it can be found' };
    const { revealSecret = {} } = await run(REVEAL, input, headers);
    const { plaintext, ...rest } = revealSecret as { plaintext?: string };
    answers.push(JSON.stringify(rest));
    return plaintext;
  };
  const REVEAL_ALL = changed(
    'revealSecrets',
    'RevealSecretsInput',
    '... on RevealSecretsSuccess { secrets { plaintext } }',
  );
  const together = async (): Promise<unknown> => {
    const input = { secrets: [{ secretId }, { secretId: randomUUID() }], purpose: 'CHECKOUT' };
    const { revealSecrets = {} } = await run(REVEAL_ALL, input, application);
    const { secrets: [shown, denied] = [] } = revealSecrets as { secrets?: { plaintext: string | null }[] };
    answers.push(JSON.stringify(denied));
    return shown?.plaintext;
  };
  const revealed = [
    await reveal('CHECKOUT', application),
    await reveal('BREAK_GLASS', gateway.administrator),
    await together(),
  ];
  if (revealed.some((plaintext) => plaintext !== first)) throw new Error('The value did not come back');

  await noted(changed('rotateMasterKey', 'RotateMasterKeyInput', ''), {});
  await noted(changed('revokeServiceToken', 'RevokeServiceTokenInput', ''), serviceToken);
  await gateway.graphqlAnswer(REVEAL, { input: { secretId, grantId: randomUUID(), purpose: 'CHECKOUT' } }, application);
  await noted(changed('shredSecret', 'ShredSecretInput', secretOf('ShredSecret')), { secretId, scope: 'WHOLE' });
  return { canaries: [first, second, refused, token.slice(-43)], answers };
};
