import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { askPersistently } from './load.ts';
import { isAccepted, linkIn, mailTo, openLink, type OpenedKey } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(120_000);

interface MasterKeys {
  readonly keys: readonly { readonly id: string; readonly status: string; readonly wraps: number }[];
  readonly rotation: { readonly rewrapped: number; readonly unreadable: number; readonly completedAt: string | null };
}

const RING = 'keys { id status wraps } rotation { rewrapped unreadable completedAt }';
const WATCH = `subscription { masterKeysUpdated { ${RING} } }`;
const change = (name: string, type: string): string =>
  `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename
    ... on ${type}Success { masterKeys { ${RING} } } ... on Error { code } } }`;

describe('a rotation of the master key', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(() => system?.stop());

  it('is begun by one command, watched until it is completed, and ends with the old key destroyed', async () => {
    const { gateway } = system;
    const { email, claimCode } = await askPersistently(system, 'ada@example.com');
    const mail = await mailTo(system, email, /\/claim\//);
    const run = async (name: string, type: string, input: object) => {
      const data = await gateway.graphql<Record<string, { __typename: string; masterKeys: MasterKeys }>>(
        change(name, type),
        { input },
        gateway.administrator,
      );
      return data[name]!;
    };

    const states: MasterKeys[] = [];
    for await (const { masterKeysUpdated: state } of gateway.subscribe<{ masterKeysUpdated: MasterKeys }>(
      WATCH,
      {},
      gateway.administrator,
    )) {
      states.push(state);
      if (states.length === 1) {
        const rotated = await run('rotateMasterKey', 'RotateMasterKey', {});
        expect(rotated.__typename).toBe('RotateMasterKeySuccess');
      }
      if (state.rotation?.completedAt) break;
    }
    expect(states[0]).toMatchObject({ keys: [{ status: 'ACTIVE' }], rotation: null });
    const [old, active] = states.at(-1)!.keys;
    expect([old, active]).toMatchObject([
      { status: 'DEACTIVATED', wraps: 0 },
      { status: 'ACTIVE', wraps: states[0]!.keys[0]!.wraps },
    ]);
    expect(states.at(-1)!.rotation).toMatchObject({ rewrapped: active!.wraps, unreadable: 0 });

    expect(await run('retireMasterKey', 'RetireMasterKey', { masterKeyId: active!.id })).toMatchObject({
      __typename: 'TransitionNotAllowedError',
    });
    expect(await run('retireMasterKey', 'RetireMasterKey', { masterKeyId: old!.id })).toMatchObject({
      masterKeys: { keys: [{ status: 'DESTROYED', wraps: 0 }, { status: 'ACTIVE' }] },
    });
    const { key } = (await (await openLink(system, linkIn(mail), claimCode ?? '')).json()) as OpenedKey;
    expect(await isAccepted(system, key, 'llama-3.1-8b')).toBe(true);
  });
});
