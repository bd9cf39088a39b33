import { describe, expect, it } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import { errors } from '@nats-io/transport-node';
import { isTransientFault } from './transient-fault.ts';

describe('a fault of NATS', () => {
  const faults: readonly Error[] = [
    new errors.NoRespondersError('keyledger.x'),
    new errors.RequestError('no responders', { cause: new errors.NoRespondersError('keyledger.x') }),
    new errors.TimeoutError(),
    new errors.ClosedConnectionError(),
    new errors.DrainingConnectionError(),
    new errors.ConnectionError('refused'),
  ];

  it.each(faults.map((fault) => [fault.name, fault] as const))('is transient: %s', (_name, fault) => {
    expect(isTransientFault(fault)).toBe(true);
    expect(isTransientFault(new Error('wrapped', { cause: fault }))).toBe(true);
  });

  it('is none when a right is missing', () =>
    expect(
      isTransientFault(
        new errors.PermissionViolationError('no', 'publish' as never, 'keyledger.x', undefined as never),
      ),
    ).toBe(false));
});

describe('a typed fault', () => {
  it('is what its code says', () => {
    expect(isTransientFault(new AppError('unavailable', 'away'))).toBe(true);
    expect(isTransientFault(new AppError('forbidden', 'no'))).toBe(false);
  });
});
