import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { inRepository } from '@keyledger/testing';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { linkIn, mailTo, untilStatus } from './requester.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(120_000);

const TOUR =
  readFileSync(inRepository('README.md'), 'utf8').split('## A tour of five minutes')[1]?.split('\n## ')[0] ?? '';

const COMMANDS = [...TOUR.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block.split(/\n(?=curl |npm )/),
);

/** What the README shows in the place of what each run has for itself. */
const SHOWN = {
  gateway: 'http://localhost:8000',
  litellm: 'http://localhost:4000',
  data: '.data/',
  requestId: '01a1fd3f-281e-7fe1-8e59-b902270556c3',
  claimCode: 'NYTV-V3Q5',
  link: '/claim/3yPXVzQ_XeWP…',
  key: 'sk-PXjP1…',
  reviewId: '<request_id>',
  verify: 'vault -- verify',
} as const;

const hasCurl = (process.env.PATH ?? '').split(':').some((directory) => existsSync(`${directory}/curl`));
if (!hasCurl) console.warn('skipped: the tour of the README, because there is no curl');

(hasCurl ? describe : describe.skip)('the tour of the README', () => {
  let system: System;
  const own: Partial<Record<keyof typeof SHOWN, string>> = {};

  beforeAll(async () => {
    system = await startSystem({ configuration: readFileSync(inRepository('keyledger.yaml'), 'utf8') });
    own.gateway = system.gateway.url.replace(/\/$/, '');
    own.litellm = system.litellm.url.replace(/\/$/, '');
    own.data = `${system.directory}/data/`;
    own.verify = `vault -- --data ${system.directory}/data verify`;
  });

  afterAll(() => system?.stop());

  /** Runs the command that contains `mark`, typed in as it stands, but for what is this run's own. */
  const run = async (mark: string): Promise<string> => {
    const command = COMMANDS.find((text) => text.includes(mark));
    if (command === undefined) throw new Error(`The README has no command with ${mark}`);
    const typed = (Object.keys(SHOWN) as (keyof typeof SHOWN)[]).reduce(
      (text, name) => text.replaceAll(SHOWN[name], own[name] ?? SHOWN[name]),
      command,
    );
    return (await promisify(execFile)('sh', ['-c', typed], { cwd: inRepository() })).stdout;
  };

  it('asks for a key', async () => {
    const { data } = JSON.parse(await run('mutation { requestKey')) as {
      data: { requestKey: { requestId: string; status: string; claimCode: string } };
    };
    const { requestId, status, claimCode } = data.requestKey;
    expect(status).toBe('SUBMITTED');
    Object.assign(own, { requestId, claimCode });
  });

  it('opens the link of the mail, once', async () => {
    own.link = linkIn(await mailTo(system, 'ada@example.com'));
    const opened = JSON.parse(await run("'code=")) as { key: string; models: string[] };
    expect(opened).toMatchObject({ key: expect.stringMatching(/^sk-/), models: ['llama-3.1-8b'] });
    own.key = opened.key;
    expect(JSON.parse(await run("'code="))).toMatchObject({ code: 'LINK_ALREADY_OPENED' });
  });

  it('uses the key', async () => {
    expect(JSON.parse(await run('/v1/chat/completions'))).toMatchObject({ object: 'chat.completion' });
  });

  it('shows the whole life of the key in one query', async () => {
    await untilStatus(system, own.requestId ?? '', 'FULFILLED');
    const answer = await run('history { edges');
    expect(JSON.parse(answer)).toMatchObject({
      data: { keyRequest: { status: 'FULFILLED', deliveries: [{ link: { state: 'OPENED' } }] } },
    });
    for (const said of ['blacklist', 'whitelist', 'SlotTaken', 'LinkOpened']) expect(answer).toContain(said);
  });

  it('decides what was sent to review', async () => {
    const { requestId } = await system.gateway.requestKey({ modelId: 'claude-3', email: 'bob@example.com' });
    await untilStatus(system, requestId, 'IN_REVIEW');
    while (!(await run('filter=review')).includes(requestId)); // lists follow a little later
    own.reviewId = requestId;
    await run('/approve');
    await untilStatus(system, requestId, 'FULFILLED');
  });

  it('takes the log along, one event a line', async () => {
    const lines = (await run('/api/audit/export')).trim().split('\n');
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.length).toBeGreaterThan(20);
  });

  it('replaces the master key, and proves that every secret opens', async () => {
    const answer = JSON.parse(await run('mutation { rotateMasterKey')) as { data: { rotateMasterKey: object } };
    expect(answer.data.rotateMasterKey).toMatchObject({
      masterKeys: { keys: [{ status: 'DEACTIVATED' }, { status: 'ACTIVE' }] },
    });
    await expect(run('npm run --silent vault')).resolves.toBe(''); // ends with 0: nothing is unreadable
  });
});
