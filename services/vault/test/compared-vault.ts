import { afterEach, beforeEach, expect } from '@jest/globals';
import type { DifferenceView } from '@keyledger/contracts-vault';
import type { LiteLlm } from '@keyledger/testing';
import type { Issuer } from '../src/application/ports/issuer.port.ts';
import { type Approved, approvedRequest } from './approval-facts.ts';
import { outsideWithLiteLlm } from './outside-with-litellm.ts';
import type { Replica } from './replica.ts';
import { admin, asking } from './vault-client.ts';
import type { Outside } from './vault-in-memory.ts';

/** A vault with LiteLLM, new for each test of a file: what is found by comparing them, and what is done about it. */
export class ComparedVault {
  litellm!: LiteLlm;
  outside!: Outside<Issuer>;
  vault!: Replica;

  constructor() {
    beforeEach(async () => {
      ({ outside: this.outside, litellm: this.litellm } = await outsideWithLiteLlm());
      this.vault = await this.outside.replica();
    });
    afterEach(() => this.litellm.stop());
  }

  /** What an operator of LiteLLM does behind the back of the vault. */
  readonly byHand = async (path: string, body: object): Promise<void> => {
    const headers = { authorization: `Bearer ${this.litellm.masterKey}`, 'content-type': 'application/json' };
    const answer = await fetch(`${this.litellm.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
  };

  readonly issue = async (): Promise<Approved & { readonly token: string }> => {
    const request = approvedRequest();
    await this.vault.hear(request.event);
    const token = this.litellm.ledger().find(({ key_alias: alias }) => alias === `${request.leaseId}-g1`)?.token;
    if (token === undefined) throw new Error('There is no key of this lease');
    return { ...request, token };
  };

  /** The administrator asks for a comparison and reads what was found. */
  readonly compare = async (): Promise<readonly DifferenceView[]> => {
    expect(await this.vault.client.ReconcileIssuer({}, asking(admin))).toMatchObject({ outcome: 'accepted' });
    await this.vault.reconcile();
    return this.shown();
  };

  readonly shown = async (): Promise<readonly DifferenceView[]> =>
    (await this.vault.client.ListDifferences({ first: 50, statuses: ['open', 'repairing'] }, asking(admin))).items;

  readonly repair = async ({ differenceId }: DifferenceView): Promise<string> => {
    const reply = await this.vault.client.RepairDifference({ differenceId }, asking(admin));
    if (reply.outcome === 'refused') throw new Error(reply.code);
    return reply.result.status;
  };

  readonly tokens = (): readonly string[] => this.litellm.ledger().map(({ token }) => token);
}

/** What the vault writes beside a key, to know it as its own. */
export const marker = (leaseId: string, generation = 1) => ({
  metadata: { managed_by: 'keyledger', lease_id: leaseId, generation },
});
