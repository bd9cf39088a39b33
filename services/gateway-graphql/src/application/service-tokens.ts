import { IssueServiceToken, type ServiceTokenView } from '@keyledger/contracts-registry';
import { newId } from '@keyledger/event-sourcing';
import { servicePrincipal } from '@keyledger/messaging';
import { newServiceToken, type ServiceTokenProof } from '../authentication/service-token.ts';
import { parseInput } from '../errors/invalid-input.ts';
import { resultOf } from '../errors/refusals.ts';
import { type Asker, askAs } from './asker.ts';
import type { Services } from './services.ts';

/** Asks the registry, in the gateway's own name, whether a token counts. Throws `unauthenticated` for one that has expired. */
export const serviceTokenCheck =
  ({ registry }: Services) =>
  async (proof: ServiceTokenProof): Promise<boolean> =>
    (await registry.verifyServiceToken(proof, askAs(servicePrincipal('gateway'), newId()))) !== null;

export interface ShownServiceToken {
  /** In plain; this is the only moment at which somebody has it. */
  readonly token: string;
  readonly serviceToken: ServiceTokenView;
}

/** Makes a token and lets the registry know its digest. */
export const issueServiceToken = async (
  { registry }: Services,
  asker: Asker,
  described: Readonly<{ name?: string; expiresAt?: string }>,
): Promise<ShownServiceToken> => {
  const { token, ...proof } = newServiceToken();
  const command = parseInput(IssueServiceToken.input, { ...proof, ...described });
  const { result } = resultOf(await registry.issueServiceToken(command, asker));
  return { token, serviceToken: result };
};
