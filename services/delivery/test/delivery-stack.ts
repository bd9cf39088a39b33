import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeyRequestDenied, KeyRequestRetried, KeyRequestSentToReview } from '@keyledger/contracts-approval';
import { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink } from '@keyledger/contracts-delivery';
import { LeaseIssued } from '@keyledger/contracts-vault';
import { clientOf, deskUserOf, type IntegrationEvent, type ServiceName } from '@keyledger/messaging';
import {
  connectNats,
  generatePrincipalKeys,
  joseSigner,
  joseVerifier,
  natsRequestReply,
  writePrincipalKeys,
} from '@keyledger/messaging-nats';
import { liveEvents } from '@keyledger/messaging-nats/testing';
import { startService } from '@keyledger/nest-kit';
import { migrateService } from '@keyledger/projections-postgres';
import { createLogger } from '@keyledger/telemetry';
import { startMailbox, testNats, testPostgres } from '@keyledger/testing';
import { readConfig } from '../src/config.ts';
import { deliveryModule } from '../src/delivery.module.ts';
import { checks, start } from '../src/start.ts';
import { type Reveal, publisher, vaultInPlace } from './neighbours.ts';

const migrations = fileURLToPath(new URL('../migrations', import.meta.url));

export const revealed: Awaited<ReturnType<Reveal>> = {
  outcome: 'accepted',
  result: { jwe: 'a.sealed.key', mask: 'sk-K…9fQ2' },
};

const build = async (resources: AsyncDisposableStack) => {
  const logger = createLogger({ service: 'delivery', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

  const postgres = await testPostgres();
  resources.defer(() => postgres.stop());
  const database = await postgres.createDatabase();
  resources.defer(() => database.drop());
  const databaseUrl = database.urlFor('delivery');
  await migrateService({ databaseUrl, schema: 'delivery', directory: migrations });

  const nats = await testNats();
  resources.defer(() => nats.stop());
  const mailbox = await startMailbox();
  resources.defer(() => mailbox.stop());
  const keyDirectory = mkdtempSync(path.join(tmpdir(), 'keyledger-delivery-'));
  resources.defer(() => rmSync(keyDirectory, { recursive: true, force: true }));
  const keyFiles = writePrincipalKeys(keyDirectory, await generatePrincipalKeys());

  const connect = async (service: ServiceName, user: string = service) => {
    const { password } = nats.credentials(service);
    const connection = await connectNats({ servers: nats.url, user, password, name: user });
    resources.defer(() => connection.close());
    return connection;
  };

  const vaultConnection = await connect('vault');
  const vaultEvents = publisher(vaultConnection, [LeaseIssued], logger);
  resources.defer(() => vaultEvents.stop());
  const verifier = joseVerifier({ trustFile: keyFiles.trust });
  const vault: { reveal: Reveal } = { reveal: () => Promise.resolve(revealed) };
  const desk = await connect('vault', deskUserOf('vault'));
  resources.defer(await vaultInPlace(desk, verifier, logger, (input, caller) => vault.reveal(input, caller)));
  const approvalEvents = publisher(
    await connect('approval'),
    [KeyRequestDenied, KeyRequestRetried, KeyRequestSentToReview],
    logger,
  );
  resources.defer(() => approvalEvents.stop());

  const gateway = await connect('gateway');
  const signer = joseSigner({ service: 'gateway', privateKeyFile: keyFiles.signing.gateway });
  const requestReply = natsRequestReply({ connection: gateway, signer });
  const heard: IntegrationEvent[] = [];
  let waiting: (() => void)[] = [];
  const onEvent = (event: IntegrationEvent): void => {
    heard.push(event);
    for (const wake of waiting.splice(0)) wake();
  };
  await liveEvents({ connection: gateway, subject: 'keyledger.delivery.event.>', logger, onEvent });

  const env = {
    NATS_URL: nats.url,
    NATS_PASSWORD: nats.credentials('delivery').password,
    DATABASE_URL: databaseUrl,
    HEALTH_PORT: '0',
    PRINCIPAL_KEY_FILE: keyFiles.signing.delivery,
    PRINCIPAL_TRUST_FILE: keyFiles.trust,
    SMTP_HOST: '127.0.0.1',
    SMTP_PORT: String(mailbox.smtpPort),
    SMTP_FROM: 'noreply@keys.example.com',
    PUBLIC_URL: 'https://keys.example.com/',
    DELIVERY_LINK_KEY: '0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210',
    LOG_LEVEL: 'silent',
  };
  const config = readConfig(env);

  return {
    mailbox,
    vault,
    /** With which a process of the service can be started. */
    env,
    database,
    client: clientOf(requestReply, { FindDeliveriesByRequest, GetLink, OpenLink, ResendLink }),
    leaseIssued: (event: IntegrationEvent) => vaultEvents.publish(event),
    keyRequestEvent: (event: IntegrationEvent) => approvalEvents.publish(event),
    /** Resolves with the nth published event that fits, be it past or to come. */
    published: async (fits: (event: IntegrationEvent) => boolean, nth = 1): Promise<IntegrationEvent> => {
      for (;;) {
        const found = heard.filter(fits)[nth - 1];
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => (waiting = [...waiting, resolve]));
      }
    },
    heard: heard as readonly IntegrationEvent[],
    startReplica: async () => {
      const service = await startService(
        'delivery',
        { readConfig: () => config, module: deliveryModule, start, checks },
        config,
        { logger },
      );
      resources.defer(() => service.stop());
      return service;
    },
    stop: () => resources.disposeAsync(),
  };
};

/** Delivery as it runs, on real servers, with its neighbours played by the test. */
export const startStack = async () => {
  const resources = new AsyncDisposableStack();
  try {
    return await build(resources);
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
};

export type DeliveryStack = Awaited<ReturnType<typeof startStack>>;
