import { describe, expect, it } from '@jest/globals';
import { PortsInUse, readPorts, refuseClashes, type WantedPort } from './ports.ts';

describe('the ports of the stack', () => {
  it('are the usual ones unless a variable says otherwise', () => {
    expect(readPorts({ PORT: '9000', NATS_PORT: '' })).toMatchObject({ gateway: 9000, mailbox: 8025, nats: 27_422 });
  });

  it.each(['0', '70000', '8000x', '80.5'])('cannot be %s', (text) => {
    expect(() => readPorts({ PORT: text })).toThrow(/^PORT: expected a port between 1 and 65535/);
  });

  it('cannot be the same for two', () => {
    const wanted: WantedPort[] = [
      { port: 8025, what: 'the mailbox page', variable: 'MAILBOX_PORT' },
      { port: 27_422, what: 'NATS', variable: 'NATS_PORT' },
      { port: 8025, what: 'the gateway', variable: 'PORT' },
    ];
    expect(() => refuseClashes(wanted)).toThrow(
      'MAILBOX_PORT and PORT both lead to port 8025, for the mailbox page and for the gateway: change one of them',
    );
    expect(() => refuseClashes(wanted.slice(1))).not.toThrow();
  });

  it('exist, also those that are counted on from a base', () => {
    const wanted = [{ port: 65_540, what: 'health and metrics of vault', variable: 'HEALTH_BASE_PORT' }];
    expect(() => refuseClashes(wanted)).toThrow(
      'HEALTH_BASE_PORT leads to port 65540 for health and metrics of vault; the highest is 65535',
    );
  });

  it('are named with what to do when they are taken', () => {
    const error = new PortsInUse([{ port: 8000, what: 'the gateway', variable: 'PORT' }]);
    expect(error.message).toBe(
      'Port 8000, wanted for the gateway, is in use by another program. ' +
        'End that program, or choose another port: PORT=8001 npm start',
    );
    expect(new PortsInUse([{ port: 80, what: 'the gateway', variable: 'PORT', isForbidden: true }]).message).toBe(
      'Port 80, wanted for the gateway, is kept for the system. Choose one from 1024 on by PORT',
    );
  });
});
