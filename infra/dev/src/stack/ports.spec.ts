import { describe, expect, it } from '@jest/globals';
import { PortsInUse, readPorts } from './ports.ts';

describe('the ports of the stack', () => {
  it('are the usual ones unless a variable says otherwise', () => {
    expect(readPorts({ PORT: '9000', NATS_PORT: '' })).toMatchObject({ gateway: 9000, mailbox: 8025, nats: 27_422 });
  });

  it.each(['0', '70000', '8000x', '80.5'])('cannot be %s', (text) => {
    expect(() => readPorts({ PORT: text })).toThrow(/^PORT: expected a port between 1 and 65535/);
  });

  it('are named with what to do when they are taken', () => {
    const error = new PortsInUse([{ port: 8000, what: 'the gateway', variable: 'PORT' }]);
    expect(error.message).toBe(
      'Port 8000, wanted for the gateway, is in use by another program. ' +
        'End that program, or choose another port: PORT=8001 npm start',
    );
  });
});
