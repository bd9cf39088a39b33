import {
  IssueServiceToken,
  ListServiceTokens,
  RevokeServiceToken,
  VerifyServiceToken,
} from '@keyledger/contracts-registry';
import { newId } from '@keyledger/event-sourcing';
import { InMemoryEventStore } from '@keyledger/event-sourcing/testing';
import { applicationPrincipal, clientOf, type Principal, servicePrincipal } from '@keyledger/messaging';
import { InMemoryRequestReply } from '@keyledger/messaging/testing';
import { answerWith } from '@keyledger/messaging-nats/testing';
import { platformModule } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import { Test } from '@nestjs/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceTokenNatsHandlers } from '../src/adapters/nats/service-token.nats-handlers.ts';
import { MODEL_LISTS } from '../src/application/ports/model-lists.port.ts';
import { PROVIDER_LIST } from '../src/application/ports/provider-list.port.ts';
import { SERVICE_TOKEN_LIST } from '../src/application/ports/service-token-list.port.ts';
import { FakeModelLists } from '../src/application/ports/testing/model-lists.fake.ts';
import { FakeProviderList } from '../src/application/ports/testing/provider-list.fake.ts';
import { FakeServiceTokenList } from '../src/application/ports/testing/service-token-list.fake.ts';
import { serviceTokensProjection } from '../src/application/projections/service-tokens.projection.ts';
import type { RegistryConfig } from '../src/config.ts';
import { CATALOGUE_RUNNER, registryModule, SYNC_CATALOGUE } from '../src/registry.module.ts';

const operations = { IssueServiceToken, ListServiceTokens, RevokeServiceToken, VerifyServiceToken };

const admin: Principal = { kind: 'user', id: 'root', roles: ['admin'], proof: 'basic' };
const auditor: Principal = { ...admin, id: 'auditor', roles: ['auditor'] };
const member: Principal = { ...admin, id: 'ada', roles: ['member'] };
const gateway = servicePrincipal('gateway');
const by = (principal: Principal) => ({ principal, correlationId: newId(), causationId: newId() });

const digest = 'ab'.repeat(32);

const DAY_MS = 86_400_000;
const config = {
  provider: { providerId: 'litellm', title: 'LiteLLM' },
  longestTokenLifeMs: 90 * DAY_MS,
} as RegistryConfig;

describe('the tokens of applications', () => {
  let eventStore: InMemoryEventStore;
  let list: FakeServiceTokenList;
  let now: number;
  let client: ReturnType<typeof clientOf<typeof operations>>;

  beforeEach(async () => {
    eventStore = new InMemoryEventStore();
    list = new FakeServiceTokenList();
    const requestReply = new InMemoryRequestReply();
    now = Date.parse('2026-11-21T08:00:00.000Z');
    const clock = () => new Date(now);
    const platform = platformModule({
      eventStore,
      requestReply,
      clock,
      logger: createLogger({ service: 'registry', level: 'silent' }),
    });
    const module = await Test.createTestingModule({
      imports: [registryModule(config, platform)],
    })
      .overrideProvider(MODEL_LISTS)
      .useValue(new FakeModelLists())
      .overrideProvider(PROVIDER_LIST)
      .useValue(new FakeProviderList())
      .overrideProvider(SERVICE_TOKEN_LIST)
      .useValue(list)
      .overrideProvider(SYNC_CATALOGUE)
      .useValue(undefined)
      .overrideProvider(CATALOGUE_RUNNER)
      .useValue(undefined)
      .compile();
    answerWith(requestReply, module.get(ServiceTokenNatsHandlers));
    client = clientOf(requestReply, operations);
  });

  const issue = async (name: string, principal = admin): Promise<string> => {
    const serviceTokenId = newId();
    expect(await client.IssueServiceToken({ serviceTokenId, name, digest }, by(principal))).toMatchObject({
      outcome: 'accepted',
      result: { serviceTokenId, name },
    });
    return serviceTokenId;
  };

  const project = async (): Promise<void> => {
    const projection = serviceTokensProjection(list);
    for await (const recorded of eventStore.readAll()) await projection.apply(recorded, undefined);
  };

  it('are issued and revoked by administrators alone', async () => {
    const serviceTokenId = await issue('Evaluation');
    for (const principal of [auditor, member, gateway, applicationPrincipal(serviceTokenId)]) {
      const other = { serviceTokenId: newId(), name: 'Mine', digest };
      const refused = { outcome: 'refused', code: 'not-an-administrator' };
      expect(await client.IssueServiceToken(other, by(principal))).toMatchObject(refused);
      expect(await client.RevokeServiceToken({ serviceTokenId }, by(principal))).toMatchObject(refused);
    }
    const revoked = { outcome: 'accepted', result: { serviceTokenId, revokedAt: '2026-11-21T08:00:00.000Z' } };
    expect(await client.RevokeServiceToken({ serviceTokenId }, by(admin))).toMatchObject(revoked);
    expect(await client.RevokeServiceToken({ serviceTokenId }, by(admin))).toMatchObject({ outcome: 'ignored' });
    expect(await client.RevokeServiceToken({ serviceTokenId: newId() }, by(admin))).toMatchObject({
      code: 'service-token-not-found',
    });
  });

  it('are issued once, however often the command comes', async () => {
    const serviceTokenId = await issue('Evaluation');
    const again = { serviceTokenId, name: 'Evaluation', digest };
    expect(await client.IssueServiceToken(again, by(admin))).toMatchObject({ outcome: 'ignored' });
    const another = { ...again, digest: 'cd'.repeat(32) };
    expect(await client.IssueServiceToken(another, by(admin))).toMatchObject({ code: 'service-token-exists' });
  });

  it('are verified by their digest until they are revoked, and not a moment longer', async () => {
    const serviceTokenId = await issue('Evaluation');
    const verify = (input: object = {}) => client.VerifyServiceToken({ serviceTokenId, digest, ...input }, by(gateway));
    expect(await verify()).toMatchObject({ serviceTokenId, name: 'Evaluation' });
    expect(await verify({ digest: 'cd'.repeat(32) })).toBeNull();
    expect(await verify({ serviceTokenId: newId() })).toBeNull();
    await client.RevokeServiceToken({ serviceTokenId }, by(admin));
    expect(await verify()).toBeNull();
  });

  it('end when their time is over, which only their holder learns, and are listed with it', async () => {
    const serviceTokenId = newId();
    const expiresAt = '2026-11-28T08:00:00.000Z';
    const issued = await client.IssueServiceToken({ serviceTokenId, name: 'Short', digest, expiresAt }, by(admin));
    expect(issued).toMatchObject({ outcome: 'accepted', result: { expiresAt } });
    const verify = (of: string) => client.VerifyServiceToken({ serviceTokenId, digest: of }, by(gateway));
    now = Date.parse(expiresAt) - 1;
    expect(await verify(digest)).toMatchObject({ expiresAt });
    now += 1;
    await expect(verify(digest)).rejects.toMatchObject({
      code: 'unauthenticated',
      detail: { reason: 'service-token-expired', expiredAt: expiresAt },
    });
    expect(await verify('cd'.repeat(32))).toBeNull();
    await project();
    expect((await client.ListServiceTokens({ first: 1 }, by(admin))).items).toMatchObject([
      { name: 'Short', expiresAt },
    ]);
  });

  it('live no longer than is configured', async () => {
    const ask = (expiresAt?: string) => {
      const input = {
        serviceTokenId: newId(),
        name: 'Long',
        digest,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      };
      return client.IssueServiceToken(input, by(admin));
    };
    expect(await ask()).toMatchObject({ result: { expiresAt: '2027-02-19T08:00:00.000Z' } });
    const later = { code: 'exceeds-limits', message: 'A service token may live for at most 90 days' };
    expect(await ask('2027-02-19T08:00:00.001Z')).toMatchObject(later);
    expect(await ask('2026-11-21T08:00:00.000Z')).toMatchObject({ code: 'expiry-in-the-past' });
  });

  it('are verified for the gateway alone', async () => {
    const serviceTokenId = await issue('Evaluation');
    for (const principal of [admin, servicePrincipal('vault'), applicationPrincipal(serviceTokenId)])
      await expect(client.VerifyServiceToken({ serviceTokenId, digest }, by(principal))).rejects.toMatchObject({
        code: 'forbidden',
      });
  });

  it('are listed to administrators and auditors, without their digest', async () => {
    const ids = [await issue('First'), await issue('Second'), await issue('Third')];
    await client.RevokeServiceToken({ serviceTokenId: ids[0]! }, by(admin));
    await project();
    const page = await client.ListServiceTokens({ first: 2 }, by(auditor));
    expect(page.items.map(({ name }) => name)).toEqual(['Third', 'Second']);
    const rest = await client.ListServiceTokens({ first: 2, after: page.next! }, by(admin));
    expect(rest).toMatchObject({ items: [{ name: 'First', revokedAt: expect.any(String) }] });
    expect(JSON.stringify([page, rest])).not.toContain(digest);
    await expect(client.ListServiceTokens({ first: 1 }, by(member))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(client.ListServiceTokens({ first: 1, after: 'x' }, by(admin))).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});
