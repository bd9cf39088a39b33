import { describe, expect, it } from '@jest/globals';
import type { Issuer } from '../issuer.port.ts';
import type { Changeable } from '../issuer-keys.ts';

export interface Abilities {
  readonly keysFrom: Issuer['keysFrom'];
  readonly enforces: Issuer['enforces'];
  /** What of a live key can be changed. */
  readonly changes?: readonly Changeable[];
  readonly suspension?: true;
  readonly inventory?: true;
  readonly usage?: true;
}

/** What each issuer must be able to do, so that no ability disappears unseen: the suite describes what stands here. */
export const issuerAbilities = {
  litellm: {
    keysFrom: 'vault',
    enforces: ['models', 'expiry', 'budget', 'rate-limits'],
    changes: ['expiresAt', 'modelIds', 'budget', 'rateLimits'],
    suspension: true,
    inventory: true,
    usage: true,
  },
  openrouter: {
    keysFrom: 'issuer',
    enforces: ['expiry', 'budget'],
    changes: ['budget'],
    suspension: true,
    inventory: true,
    usage: true,
  },
  openai: { keysFrom: 'issuer', enforces: [], inventory: true, usage: true },
  static: { keysFrom: 'stock', enforces: [] },
  custodian: { keysFrom: 'custodian', enforces: [] },
  'fake that makes keys': {
    keysFrom: 'issuer',
    enforces: ['models', 'expiry', 'budget', 'rate-limits'],
    changes: ['expiresAt', 'modelIds', 'budget', 'rateLimits'],
    suspension: true,
    inventory: true,
    usage: true,
  },
} as const satisfies Readonly<Record<string, Abilities>>;

export type IssuerKind = keyof typeof issuerAbilities;

export const describeAbilities = (abilities: Abilities, issuer: () => Issuer): void => {
  describe('its abilities', () => {
    it('are those of the table', () => {
      const { keysFrom, enforces, changes, suspension, inventory, usage } = issuer();
      expect({
        keysFrom,
        enforces,
        changes: changes?.can,
        suspension: suspension && true,
        inventory: inventory && true,
        usage: usage && true,
      }).toEqual(abilities);
    });
  });
};
