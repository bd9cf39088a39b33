import { permissionsOf, reactions, requestSubjectsOf } from '@keyledger/infra-nats';
import {
  answeringServices,
  commandSubject,
  DEAD_LETTERS_STREAM,
  deadLetterSubject,
  EVENTS_STREAM,
  eventSubject,
  handoverSubject,
  querySubject,
  type ServiceName,
  serviceNames,
  SESSIONS_STREAM,
  sessionSubject,
} from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { isPermissionViolation } from '../src/permission-violation.ts';
import { ensureStreams } from '../src/events/streams.ts';
import { NatsFixture } from './nats.fixture.ts';

jest.setTimeout(30_000);

let nats: NatsFixture;
const connections = {} as Record<ServiceName, NatsConnection>;
beforeAll(async () => {
  nats = await NatsFixture.start();
  for (const service of serviceNames) connections[service] = await nats.connect(service);
  await ensureStreams(await nats.connect('admin'));
});
afterAll(() => nats.stop());

/** Whether the server lets `service` publish to a subject. What comes of the message does not matter. */
const mayPublish = (service: ServiceName, subject: string): Promise<boolean> =>
  connections[service].request(subject, '{}', { timeout: 1_000 }).then(
    () => true,
    (error: unknown) => !isPermissionViolation(error),
  );

const maySubscribe = async (
  service: ServiceName,
  subject: string,
  connection = connections[service],
): Promise<boolean> => {
  let isRefused = false;
  const subscription = connection.subscribe(subject, {
    callback: (error) => {
      isRefused ||= isPermissionViolation(error);
    },
  });
  subscription.closed.catch(() => undefined);
  await connection.flush();
  if (!isRefused) subscription.unsubscribe();
  return !isRefused;
};

const which = async (
  subjects: readonly string[],
  may: (subject: string) => Promise<boolean>,
): Promise<readonly string[]> => {
  const allowed: string[] = [];
  for (const subject of subjects) if (await may(subject)) allowed.push(subject);
  return allowed;
};

const others = (service: ServiceName): ServiceName[] => serviceNames.filter((name) => name !== service);

const consumerApi = (stream: string, durable: string, filter: string): string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${filter}`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${durable}`,
  `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.API.CONSUMER.DELETE.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.1.1.1.1.1`,
];

const durablesOf = (service: ServiceName): string[] =>
  reactions[service].flatMap(({ reactor, type, subject }) => [
    ...consumerApi(EVENTS_STREAM, `${service}__${reactor}__${type}`, subject),
    ...consumerApi(
      DEAD_LETTERS_STREAM,
      `${service}__${reactor}__dead-letters`,
      `${deadLetterSubject(service, reactor)}.>`,
    ),
  ]);

const streamAdministration = [EVENTS_STREAM, DEAD_LETTERS_STREAM, SESSIONS_STREAM].flatMap((stream) => [
  `$JS.API.STREAM.DELETE.${stream}`,
  `$JS.API.STREAM.PURGE.${stream}`,
  `$JS.API.STREAM.UPDATE.${stream}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.STREAM.MSG.DELETE.${stream}`,
  `$JS.API.STREAM.SNAPSHOT.${stream}`,
  `$JS.API.DIRECT.GET.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}.own.>`,
  `$JS.API.CONSUMER.NAMES.${stream}`,
  `$JS.API.CONSUMER.LIST.${stream}`,
]);

const serverAdministration = [
  '$JS.API.INFO',
  '$JS.API.STREAM.CREATE.OTHER',
  '$JS.API.STREAM.LIST',
  '$SYS.REQ.SERVER.PING',
];

describe.each(serviceNames)('the NATS user of %s', (service) => {
  it('may not publish events or dead letters of others', async () => {
    const subjects = others(service).flatMap((other) => [
      eventSubject(other, 'lease', 'LeaseIssued'),
      `${deadLetterSubject(other, 'some-reactor')}.1`,
      `$JS.API.DIRECT.GET.${EVENTS_STREAM}.${eventSubject(other, 'lease', 'LeaseIssued')}`,
      `$JS.API.DIRECT.GET.${DEAD_LETTERS_STREAM}.keyledger.${other}.deadletter.>`,
    ]);
    expect(await which(subjects, (subject) => mayPublish(service, subject))).toEqual([]);
  });

  it('may not say or ask what has become of sessions, unless it is the gateway', async () => {
    const subjects = [
      sessionSubject('0199dddd-0000-7000-8000-000000000000'),
      `$JS.API.DIRECT.GET.${SESSIONS_STREAM}.${sessionSubject('0199dddd-0000-7000-8000-000000000000')}`,
    ];
    const allowed = await which(subjects, (subject) => mayPublish(service, subject));
    expect(allowed).toEqual(service === 'gateway' ? subjects : []);
    const wider = [`$JS.API.DIRECT.GET.${SESSIONS_STREAM}`, `$JS.API.CONSUMER.CREATE.${SESSIONS_STREAM}`];
    expect(await which(wider, (subject) => mayPublish(service, subject))).toEqual([]);
  });

  it('may not touch the consumers of others', async () => {
    const subjects = others(service).flatMap(durablesOf);
    expect(await which(subjects, (subject) => mayPublish(service, subject))).toEqual([]);
  });

  it('may not administer streams or the server', async () => {
    const subjects = [...streamAdministration, ...serverAdministration];
    expect(await which(subjects, (subject) => mayPublish(service, subject))).toEqual([]);
  });

  it('may not write into the inbox of others, nor ask what it has no business to ask', async () => {
    const subjects = others(service).flatMap((other) => [
      `_INBOX.${other}.x`,
      commandSubject(other, 'Anything'),
      querySubject(other, 'Anything'),
    ]);
    expect(await which(subjects, (subject) => mayPublish(service, subject))).toEqual([]);
  });

  it('may not listen to others', async () => {
    const subjects = others(service)
      .flatMap((other) => [
        `_INBOX.${other}.>`,
        commandSubject(other, '*'),
        querySubject(other, 'GetLease'),
        `keyledger.${other}.>`,
        `keyledger.${other}.deadletter.>`,
      ])
      .concat('>', '_INBOX.>', 'keyledger.>', '$JS.>', '$SYS.>', '$JS.EVENT.ADVISORY.>');
    expect(await which(subjects, (subject) => maySubscribe(service, subject))).toEqual([]);
  });

  it('may do what its permissions say', async () => {
    const { publish, subscribe } = permissionsOf(service);
    // JetStream would wait with its answer: pulling is tried by the specs of the consumers.
    const tried = publish.filter((subject) => !subject.includes('CONSUMER.MSG.NEXT'));
    const concrete = tried.map((subject) => subject.replace(/\.>$/, '.x.y').replace(/\.\*$/, '.x'));
    expect(await which(concrete, (subject) => mayPublish(service, subject))).toEqual(concrete);
    expect(await which(subscribe, (subject) => maySubscribe(service, subject))).toEqual(subscribe);
  });
});

/** Which subjects a user who has no inbox may publish to. */
const publishable = async (connection: NatsConnection, subjects: readonly string[]): Promise<readonly string[]> => {
  const refused = new Set<string>();
  const listening = (async () => {
    for await (const status of connection.status())
      if (status.type === 'error' && isPermissionViolation(status.error)) refused.add(subjectIn(status.error));
  })();
  for (const subject of subjects) connection.publish(subject, '{}');
  await connection.flush();
  await connection.close();
  await listening;
  return subjects.filter((subject) => !refused.has(subject));
};

const subjectIn = (error: Error): string => /"([^"]+)"/.exec(error.message)?.[1] ?? '';

describe.each(answeringServices)('the desk of %s', (service) => {
  it('takes the requests to its service and hears nothing else', async () => {
    const desk = await nats.connect(`${service}-desk`);
    const may = (subject: string) => maySubscribe(service, subject, desk);
    const own = [`keyledger.${service}.command.*`, `keyledger.${service}.query.*`];
    const foreign = [
      ...others(service).flatMap((other) => [commandSubject(other, '*'), querySubject(other, 'GetLease')]),
      ...[`_INBOX.${service}.>`, 'keyledger.*.event.>', '>', '$JS.>'],
    ];
    expect(await which([...own, ...foreign], may)).toEqual(own);
  });

  it('says nothing but answers', async () => {
    const { publish } = permissionsOf(service);
    const subjects = [...publish, ...streamAdministration, ...serverAdministration, '_INBOX.gateway.x'].filter(
      (subject) => !/[*>]/.test(subject),
    );
    expect(await publishable(await nats.connect(`${service}-desk`), subjects)).toEqual([]);
  });
});

describe('the key', () => {
  const reveal = commandSubject('vault', 'RevealLease');

  it('is asked for by delivery and by nobody else', async () => {
    const allowed: ServiceName[] = [];
    for (const service of serviceNames) if (await mayPublish(service, reveal)) allowed.push(service);
    expect(allowed).toEqual(['delivery']);
    expect(serviceNames.filter((service) => requestSubjectsOf(service).includes(reveal))).toEqual(['delivery']);
  });

  it('is asked for on the way between two vaults by the vault and by nobody else', async () => {
    const allowed: ServiceName[] = [];
    for (const service of serviceNames)
      if (await mayPublish(service, handoverSubject('vault', 'RevealLease'))) allowed.push(service);
    expect(allowed).toEqual(['vault']);
  });
});

describe('the tokens of applications', () => {
  it.each([
    commandSubject('registry', 'IssueServiceToken'),
    commandSubject('registry', 'RevokeServiceToken'),
    querySubject('registry', 'VerifyServiceToken'),
  ])('are the business of the gateway and of nobody else: %s', async (subject) => {
    const allowed: ServiceName[] = [];
    for (const service of serviceNames) if (await mayPublish(service, subject)) allowed.push(service);
    expect(allowed).toEqual(['gateway']);
  });
});

describe('leases', () => {
  it.each([
    ...['IssueLease', 'RenewLease', 'ChangeLeaseLimits', 'SuspendLease', 'ResumeLease', 'RotateLease', 'RevokeLease'],
    ...['RevokeLeases', 'HandInKey', 'ConfirmKeyEnded', 'RetireLeaseKey'],
  ])('are looked after through the gateway and by no other service: %s', async (name) => {
    const allowed: ServiceName[] = [];
    for (const service of serviceNames)
      if (await mayPublish(service, commandSubject('vault', name))) allowed.push(service);
    expect(allowed).toEqual(['gateway']);
  });
});

describe('events', () => {
  it('are heard live by the gateway and by no other service', async () => {
    const subject = 'keyledger.*.event.>';
    const allowed: ServiceName[] = [];
    for (const service of serviceNames) if (await maySubscribe(service, subject)) allowed.push(service);
    expect(allowed).toEqual(['gateway']);
  });
});

describe('a login', () => {
  it('needs the right password', async () => {
    await expect(nats.connect('vault', 'wrong')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
