import { describe, expect, it } from '@jest/globals';
import type { StackEvent } from '../stack/events.ts';
import { jsonScreen } from './json-screen.ts';
import type { Screen, Summary } from './screen.ts';
import { terminalScreen } from './terminal-screen.ts';

const now = () => new Date(2026, 10, 21, 8, 5, 9);
const summary: Summary = {
  startedInMs: 4_210,
  gatewayUrl: 'http://localhost:8000',
  mailboxUrl: 'http://localhost:8025',
  mailServer: undefined,
  litellm: { url: 'http://127.0.0.1:4000', isStandIn: true },
  admin: { username: 'admin', newPassword: 'abcde-fghij', file: '.data/secrets/admin-password' },
  replicas: [{ name: 'vault', healthPort: 27_110 }],
};
const vaultLine = (level: number): StackEvent => ({
  kind: 'line',
  part: 'vault',
  line: JSON.stringify({ level, time: now().getTime(), service: 'vault', msg: 'sealed', keyId: 'k-1' }),
});

const terminal = (hasColour = false): { screen: Screen; text: () => string } => {
  let text = '';
  return { screen: terminalScreen((more) => (text += more), now, { hasColour }), text: () => text };
};

describe('the screen in a terminal', () => {
  it('puts the name of the service before what it says', () => {
    const { screen, text } = terminal();
    screen.ready(summary);
    screen.event(vaultLine(30));
    expect(text().trimEnd().split('\n').at(-1)).toBe('vault       08:05:09 sealed keyId=k-1');
  });

  it('colours it', () => {
    const { screen, text } = terminal(true);
    screen.ready(summary);
    screen.event(vaultLine(50));
    expect(text()).toContain('\u001b[36mvault      \u001b[0m');
    expect(text()).toContain('\u001b[31msealed\u001b[0m');
  });

  it('shows only errors of services that are still starting', () => {
    const { screen, text } = terminal();
    screen.event(vaultLine(40));
    expect(text()).toBe('');
    screen.event(vaultLine(50));
    expect(text()).toContain('sealed');
  });

  it('shows only warnings and errors of the servers', () => {
    const { screen, text } = terminal();
    screen.ready(summary);
    const before = text();
    screen.event({ kind: 'line', part: 'postgres', line: '2026-11-21 08:00:00.000 UTC [1] LOG:  checkpoint' });
    expect(text()).toBe(before);
    screen.event({ kind: 'line', part: 'postgres', line: '2026-11-21 08:00:00.000 UTC [1] WARNING:  slow disk' });
    expect(text()).toContain('slow disk');
  });

  it('says that a service died, and when it is back', () => {
    const { screen, text } = terminal();
    screen.event({ kind: 'ended', part: 'vault', cause: 'SIGKILL', restartInMs: 200 });
    screen.event({ kind: 'ready', part: 'vault', afterMs: 1_900, again: true });
    expect(text()).toBe('! vault ended (SIGKILL); starting it again in 0.2 s\n✓ vault is ready again 1.9 s\n');
  });

  it('says that a server hangs', () => {
    const { screen, text } = terminal();
    screen.event({ kind: 'hung', part: 'nats', cause: 'no answer' });
    expect(text()).toBe('! nats hangs (no answer); ending it\n');
  });

  it('says that a service had to be killed', () => {
    const { screen, text } = terminal();
    screen.event({ kind: 'killed', part: 'vault' });
    expect(text()).toBe('! vault did not end in time and was killed\n');
  });

  it('says what should be changed in the configuration', () => {
    const { screen, text } = terminal();
    screen.event({ kind: 'warning', message: 'smtp.verify_ssl is off' });
    expect(text()).toBe('! smtp.verify_ssl is off\n');
  });

  it('says where mails go when they leave', () => {
    const { screen, text } = terminal();
    screen.ready({ ...summary, mailServer: 'smtp.example.com' });
    expect(text()).toContain('empty: mails leave by smtp.example.com');
  });

  it('shows addresses, what to try, and the password when it is new', () => {
    const { screen, text } = terminal();
    screen.ready(summary);
    expect(text()).toContain('abcde-fghij');
    expect(text()).toContain('http://localhost:8025');
    expect(text()).toContain('a stand-in, while LITELLM_BASE_URL is unset');
    expect(text()).toContain('curl http://localhost:8000/api/request-key');
  });

  it('does not show a password again', () => {
    const { screen, text } = terminal();
    screen.ready({ ...summary, admin: { ...summary.admin, newPassword: undefined } });
    expect(text()).toContain('password in .data/secrets/admin-password');
  });
});

describe('a start that failed', () => {
  it('is told with the last words of the service, without their wrapping', () => {
    const { screen, text } = terminal();
    screen.failed(new Error('vault ended (exit code 1)\n{"level":"fatal","msg":"no key"}\nat main.ts'));
    expect(text()).toBe('\n✗ Keyledger did not start\nvault ended (exit code 1)\n  no key\nat main.ts\n');
  });
});

describe('the screen in a pipe', () => {
  const lines: Record<string, unknown>[] = [];
  const screen = jsonScreen((text) => lines.push(JSON.parse(text) as Record<string, unknown>), now);

  it('passes the lines of services on and makes JSON of all others', () => {
    lines.length = 0;
    screen.event(vaultLine(30));
    screen.event({ kind: 'line', part: 'nats', line: '[1] 2026/11/21 08:00:00.000000 [ERR] disk full' });
    screen.event({ kind: 'progress', message: 'Starting' });
    expect(lines).toEqual([
      { level: 30, time: now().getTime(), service: 'vault', msg: 'sealed', keyId: 'k-1' },
      { level: 'error', time: now().toISOString(), service: 'nats', msg: 'disk full' },
      { level: 'info', time: now().toISOString(), service: 'stack', msg: 'Starting' },
    ]);
  });

  it('keeps the password to itself', () => {
    lines.length = 0;
    screen.ready(summary);
    expect(lines).toMatchObject([{ gatewayUrl: summary.gatewayUrl, admin: { file: '.data/secrets/admin-password' } }]);
    expect(JSON.stringify(lines)).not.toContain('abcde-fghij');
  });
});
