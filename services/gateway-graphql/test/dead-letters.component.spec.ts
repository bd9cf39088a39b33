import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { deadLetterOperations, type DeadLetterView, hasRole, type MessageContext } from '@keyledger/messaging';
import { basic, type Harness, startGateway } from './gateway.harness.ts';

const services = ['approval', 'vault', 'delivery'] as const;
const reactor = 'issue-lease-when-key-request-approved';
const eventId = '0199aaaa-0000-7000-8000-000000000001';
const cause = { code: 'not-found', message: 'There is no such request' };

const letter: DeadLetterView = {
  reactor,
  id: eventId,
  event: {
    id: eventId,
    type: 'KeyRequestApproved',
    service: 'approval',
    streamId: '0199aaaa-0000-7000-8000-000000000002',
    correlationId: '0199aaaa-0000-7000-8000-000000000002',
    occurredAt: '2026-11-21T08:00:00.000Z',
  },
  cause,
  attempts: 5,
  at: '2026-11-21T08:01:00.000Z',
};

const refused = <const Code extends string>(code: Code) =>
  ({ outcome: 'refused', code, message: 'It is not replayed' }) as const;

const accepted = <Result>(result: Result) => ({ outcome: 'accepted' as const, result });

const LIST = `query ($first: Int) {
  deadLetters(first: $first) {
    service total
    letters { reactor id event { eventId type correlationId } cause { code message } attempts deadLetteredAt }
  }
}`;
const REPLAY = `mutation ($input: ReplayDeadLetterInput!) {
  replayDeadLetter(input: $input) {
    __typename ... on ReplayDeadLetterSuccess { service reactor id } ... on Error { message code }
  }
}`;
const REPLAY_ALL = `mutation ($input: ReplayDeadLettersInput!) {
  replayDeadLetters(input: $input) {
    __typename ... on ReplayDeadLettersSuccess { succeeded failed { reactor id cause { code } } } ... on Error { code }
  }
}`;

describe('dead letters', () => {
  let gateway: Harness;
  let asked: { readonly input: unknown; readonly caller: MessageContext }[];
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  /** Letters of the vault; the other services have none. */
  beforeEach(() => {
    asked = [];
    for (const service of services) {
      const { ListDeadLetters, ReplayDeadLetter, ReplayDeadLetters } = deadLetterOperations(service);
      const { requestReply } = gateway.services;
      requestReply.handle(ListDeadLetters, async (input, caller) => {
        asked.push({ input, caller });
        if (!hasRole(caller.principal, 'admin')) throw new AppError('forbidden', 'Dead letters are for administrators');
        return service === 'vault' ? { total: 3, deadLetters: [letter] } : { total: 0, deadLetters: [] };
      });
      requestReply.handle(ReplayDeadLetter, async (input, caller) => {
        asked.push({ input, caller });
        if (input.id === 'broken') return refused('dead-letter-failed-again');
        if (input.id !== eventId || service !== 'vault') return refused('dead-letter-not-found');
        return accepted(input);
      });
      requestReply.handle(ReplayDeadLetters, async (input, caller) => {
        asked.push({ input, caller });
        return accepted({ succeeded: 2, failed: [{ reactor, eventId, cause }] });
      });
    }
  });

  const run = async (query: string, input: object, headers = basic()) => {
    const { data, errors } = await gateway.graphql(query, { input }, headers);
    return { ...Object.values((data ?? {}) as Record<string, Record<string, unknown>>)[0], errors };
  };

  it('of all services are shown to administrators, as many as asked for', async () => {
    const { data, errors } = await gateway.graphql(LIST, { first: 5 }, basic());
    expect(errors).toEqual([]);
    expect(data.deadLetters).toEqual([
      { service: 'APPROVAL', total: 0, letters: [] },
      {
        service: 'VAULT',
        total: 3,
        letters: [
          {
            reactor,
            id: eventId,
            event: { eventId, type: 'KeyRequestApproved', correlationId: letter.event?.correlationId },
            cause,
            attempts: 5,
            deadLetteredAt: letter.at,
          },
        ],
      },
      { service: 'DELIVERY', total: 0, letters: [] },
    ]);
    expect(asked.map(({ input }) => input)).toEqual(services.map(() => ({ first: 5 })));
  });

  it('of a service that does not answer are null with an error, the others are shown', async () => {
    const { ListDeadLetters } = deadLetterOperations('approval');
    gateway.services.fail(ListDeadLetters, new AppError('unavailable', 'approval cannot be asked'));
    const { data, errors } = await gateway.graphql(LIST, {}, basic());
    expect(data.deadLetters[0]).toEqual({ service: 'APPROVAL', total: null, letters: null });
    expect(data.deadLetters[1]).toMatchObject({ service: 'VAULT', total: 3 });
    expect(new Set(errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['UNAVAILABLE']));
  });

  it('are not for visitors, and asked for in pages of a hundred at most', async () => {
    const visitor = await gateway.graphql(LIST);
    expect(visitor.data).toEqual({ deadLetters: null });
    expect(visitor.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    const greedy = await gateway.graphql(LIST, { first: 101 }, basic());
    expect(greedy.errors[0]?.extensions['code']).toBe('MALFORMED');
    expect((await run(REPLAY, { service: 'VAULT', reactor, id: eventId }, {} as never)).errors[0]?.extensions).toEqual(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );
    expect(asked).toEqual([]);
  });

  it('are replayed one by one in the name of the administrator, with typed refusals', async () => {
    const one = { service: 'VAULT', reactor, id: eventId };
    expect(await run(REPLAY, one)).toMatchObject({ __typename: 'ReplayDeadLetterSuccess', ...one });
    expect(asked[0]).toMatchObject({ input: { reactor, id: eventId }, caller: { principal: { id: 'root' } } });
    expect(await run(REPLAY, { ...one, service: 'DELIVERY' })).toMatchObject({
      __typename: 'DeadLetterNotFoundError',
      code: 'dead-letter-not-found',
    });
    expect(await run(REPLAY, { ...one, id: 'broken' })).toMatchObject({ __typename: 'DeadLetterFailedAgainError' });
    expect(await run(REPLAY, { ...one, id: 'x'.repeat(201) })).toMatchObject({ __typename: 'InvalidInputError' });
  });

  it('are replayed all together, or those of one reactor', async () => {
    expect(await run(REPLAY_ALL, { service: 'VAULT' })).toMatchObject({
      __typename: 'ReplayDeadLettersSuccess',
      succeeded: 2,
      failed: [{ reactor, id: eventId, cause: { code: 'not-found' } }],
    });
    await run(REPLAY_ALL, { service: 'VAULT', reactor });
    expect(asked.map(({ input }) => input)).toEqual([{}, { reactor }]);
  });
});
