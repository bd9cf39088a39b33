import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { startMailbox, type Mailbox, type MailFaultKind } from '../src/index.ts';

const send = async ({ smtpPort }: Mailbox, mail: object = {}): Promise<void> => {
  const transport = createTransport({ host: '127.0.0.1', port: smtpPort, socketTimeout: 300 });
  try {
    await transport.sendMail({
      from: 'Keyledger <noreply@example.com>',
      to: 'ada@example.com',
      subject: 'Your key is ready',
      text: 'Open https://example.com/k/1',
      html: '<a href="https://example.com/k/1">Open</a>',
      ...mail,
    });
  } finally {
    transport.close();
  }
};

describe('the mailbox', () => {
  let mailbox: Mailbox;
  const get = (pathname: string, headers: Record<string, string> = {}) =>
    fetch(`${mailbox.url}${pathname}`, { headers });

  beforeEach(async () => {
    mailbox = await startMailbox();
  });

  afterEach(() => mailbox.stop());

  it('catches a mail in all its parts', async () => {
    await send(mailbox, { to: 'ada@example.com, bob@example.com', subject: 'Schlüssel für „Ada“' });
    expect(mailbox.messages()).toEqual([
      expect.objectContaining({
        from: 'noreply@example.com',
        to: ['ada@example.com', 'bob@example.com'],
        subject: 'Schlüssel für „Ada“',
        text: expect.stringContaining('Open https://example.com/k/1'),
        html: expect.stringContaining('<a href="https://example.com/k/1">'),
        headers: expect.objectContaining({ 'mime-version': '1.0' }),
      }),
    ]);
  });

  it('hands over a mail that is there, and one that comes later', async () => {
    await send(mailbox, { subject: 'first' });
    const later = mailbox.received(({ subject }) => subject === 'second');
    await expect(mailbox.received(({ subject }) => subject === 'first')).resolves.toMatchObject({ subject: 'first' });
    await send(mailbox, { subject: 'second' });
    await expect(later).resolves.toMatchObject({ subject: 'second' });
  });

  it('stops waiting when told to', async () => {
    await expect(mailbox.received(() => false, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('lists, shows and deletes by its API', async () => {
    await send(mailbox, { subject: 'one' });
    await send(mailbox, { subject: 'two' });
    const { messages } = (await (await get('/api/messages')).json()) as { messages: { id: string; subject: string }[] };
    expect(messages.map(({ subject }) => subject)).toEqual(['one', 'two']);
    await fetch(`${mailbox.url}/api/messages/${messages[0]?.id}`, { method: 'DELETE' });
    expect(mailbox.messages().map(({ subject }) => subject)).toEqual(['two']);
    await fetch(`${mailbox.url}/api/messages`, { method: 'DELETE' });
    expect(mailbox.messages()).toEqual([]);
    expect((await get(`/api/messages/${messages[0]?.id}`)).status).toBe(404);
  });

  it('tells an open page that a mail has come', async () => {
    const leave = new AbortController();
    const response = await fetch(`${mailbox.url}/api/events`, { signal: leave.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await expect(reader.read()).resolves.toMatchObject({ value: 'data: changed\n\n' });
    await send(mailbox);
    await expect(reader.read()).resolves.toMatchObject({ value: 'data: changed\n\n' });
    leave.abort();
  });

  it('shows the HTML of a mail where it can run nothing', async () => {
    await send(mailbox, { html: '<script>alert(1)</script><b>bold</b>' });
    const response = await get(`/messages/${mailbox.messages()[0]?.id}`);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(/^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'/);
    await expect(response.text()).resolves.toContain('<b>bold</b>');
  });

  it('has a page that holds nothing of a mail and never makes HTML of a text', async () => {
    await send(mailbox, { subject: '<img src=x onerror=alert(1)>' });
    const page = await (await get('/')).text();
    expect(page).toContain('<title>Mailbox</title>');
    expect(page).not.toMatch(/onerror|innerHTML|insertAdjacentHTML|document\.write/);
  });

  it('does not answer under the name of another site', async () => {
    const answered = Promise.withResolvers<number | undefined>();
    request(`${mailbox.url}/api/messages`, { headers: { host: 'rebound.example.com' } }, (response) => {
      answered.resolve(response.statusCode);
      response.resume();
    }).end();
    await expect(answered.promise).resolves.toBe(403);
  });

  it.each<[MailFaultKind, number | undefined, number]>([
    ['refuse-connection', 421, 0],
    ['reject-4xx', 451, 0],
    ['reject-5xx', 550, 0],
    ['drop-after-data', undefined, 0],
    ['drop-after-commit', undefined, 1],
    ['hang-after-data', undefined, 0],
  ])('with %s answers %s and holds %i mails', async (kind, responseCode, held) => {
    mailbox.faults.add({ do: kind });
    const failure = await send(mailbox).then(
      () => 'sent',
      (error: { responseCode?: number }) => error.responseCode,
    );
    expect(failure).toBe(responseCode);
    expect(mailbox.messages()).toHaveLength(held);
    await send(mailbox);
    expect(mailbox.messages()).toHaveLength(held + 1);
  });

  it('fails until it is told to stop failing', async () => {
    mailbox.faults.add({ do: 'reject-4xx', times: 'always' });
    await expect(send(mailbox)).rejects.toThrow();
    await expect(send(mailbox)).rejects.toThrow();
    mailbox.faults.clear();
    await send(mailbox);
    expect(mailbox.messages()).toHaveLength(1);
  });
});

describe('the mails of the mailbox', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'keyledger-mailbox-'));

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('survive a restart, and stay deleted', async () => {
    const dataFile = path.join(directory, 'mails.ndjson');
    const first = await startMailbox({ dataFile });
    await send(first, { subject: 'deleted' });
    first.clear();
    await send(first, { subject: 'kept' });
    await first.stop();
    const second = await startMailbox({ dataFile });
    expect(second.messages().map(({ subject }) => subject)).toEqual(['kept']);
    await second.stop();
  });
});
