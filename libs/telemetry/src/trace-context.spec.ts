import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { withSpan } from './span.ts';
import { continueTrace, currentCorrelationId, currentTraceparent, withCorrelation } from './trace-context.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OTHER = '00-1af7651916cd43dd8448eb211c80319c-a7ad6b7169203331-00';

describe('without a tracing SDK', () => {
  it('there is no trace outside of one', () => {
    expect(currentTraceparent()).toBeUndefined();
    expect(currentCorrelationId()).toBeUndefined();
  });

  it('a trace that arrived is continued across asynchronous steps', async () => {
    const seen = await continueTrace(TRACEPARENT, async () => {
      await turn();
      return withSpan('step', {}, async () => {
        await turn();
        return currentTraceparent();
      });
    });
    expect(seen).toBe(TRACEPARENT);
    expect(currentTraceparent()).toBeUndefined();
  });

  it('two flows of control do not see each other', async () => {
    const follow = (traceparent: string) =>
      continueTrace(traceparent, async () => {
        await turn();
        return currentTraceparent();
      });
    expect(await Promise.all([follow(TRACEPARENT), follow(OTHER)])).toEqual([TRACEPARENT, OTHER]);
  });

  it('a trace is begun where none arrived, and kept by what is called inside', () => {
    continueTrace(undefined, () => {
      const begun = currentTraceparent();
      expect(begun).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      continueTrace(undefined, () => expect(currentTraceparent()).toBe(begun));
    });
  });

  it.each([
    '',
    'nonsense',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    `${TRACEPARENT}; drop table events`,
  ])('%j is not continued', (malformed) => {
    continueTrace(malformed, () => {
      expect(currentTraceparent()).toMatch(/^00-/);
      expect(currentTraceparent()).not.toContain('0af7651916cd43dd8448eb211c80319c');
    });
  });

  it('a header of a later version is understood', () => {
    continueTrace('01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more', () =>
      expect(currentTraceparent()).toBe(TRACEPARENT),
    );
  });

  it('code that uses the OpenTelemetry API passes the same trace on', () => {
    const headers: Record<string, string> = {};
    continueTrace(TRACEPARENT, () => propagation.inject(context.active(), headers));
    expect(headers).toEqual({ traceparent: TRACEPARENT });
  });

  it('the correlation id stays when the trace changes, and the other way round', () => {
    withCorrelation('request-7', () =>
      continueTrace(TRACEPARENT, () => {
        expect(currentCorrelationId()).toBe('request-7');
        withCorrelation('request-8', () => expect(currentTraceparent()).toBe(TRACEPARENT));
      }),
    );
  });

  it('a failing step fails unchanged', async () => {
    const error = new Error('no');
    await expect(withSpan('step', {}, () => Promise.reject(error))).rejects.toBe(error);
  });
});
