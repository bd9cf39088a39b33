import { describe, expect, it } from '@jest/globals';
import type { MailKind, MailTemplates, MailValues } from '../../application/ports/mail-templates.port.ts';
import { etaMailTemplates, mailKinds, mailLocales } from './eta.mail-templates.ts';

const requestId = '0193a000-0000-7000-8000-000000000001';

const keyNews = {
  modelIds: ['gpt-4o-mini'],
  mask: 'sk-K…9fQ2',
  leaseId: '0193a000-0000-7000-8000-000000000002',
  requestId,
};

const examples: MailValues = {
  'key-ready': {
    modelIds: ['gpt-4o-mini'],
    mask: 'sk-K…9fQ2',
    gatewayUrl: 'https://llm.example.com',
    linkUrl: 'https://keys.example.com/claim/token',
    linkExpiresAt: '2026-12-04T08:00:00.000Z',
    keyExpiresAt: '2026-12-31T08:00:00.000Z',
    requestId,
  },
  'request-denied': { modelId: 'gpt-4o-mini', reason: 'Not for coursework', requestId },
  'request-in-review': {
    modelId: 'gpt-4o-mini',
    reason: 'Large models are reviewed',
    expiresAt: '2026-12-15T08:00:00.000Z',
    requestId,
  },
  'review-needed': {
    modelId: 'gpt-4o-mini',
    email: 'ada@example.com',
    justification: 'For my thesis',
    reason: 'Large models are reviewed',
    expiresAt: '2026-12-15T08:00:00.000Z',
    requestId,
  },
  'budget-threshold': {
    ...keyNews,
    percent: '80',
    budgetName: 'soft budget',
    spent: '20.50',
    budget: '25.00',
    budgetResetAt: '2026-12-31T08:00:00.000Z',
  },
  'key-unused': { ...keyNews, sinceDays: '30', lastUsedAt: '2026-12-01T08:00:00.000Z' },
  'key-expires-soon': { ...keyNews, daysLeft: '3', expiresAt: '2026-12-21T08:00:00.000Z' },
};

const publicUrl = 'https://keys.example.com';
const templates = etaMailTemplates({ locale: 'en', publicUrl, supportContact: 'help@example.com' });

const render = <Kind extends MailKind>(
  kind: Kind,
  change: Partial<MailValues[Kind]> = {},
  by: MailTemplates = templates,
) => by.render(kind, { ...examples[kind], ...change });

/** Everything that the example says, as people read it in HTML. */
const withoutMarkup = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe.each(mailKinds)('the mail %s', (kind) => {
  it('says the same in text and in HTML', () => {
    const { text, html } = render(kind);
    const shown = withoutMarkup(html);
    for (const value of Object.values(examples[kind]).flat() as string[]) {
      const words = /^\d{4}-\d\d-\d\dT/.test(value) ? /\d+ December 2026 at 08:00 UTC/ : value;
      expect(text).toMatch(words);
      expect(shown).toMatch(words);
    }
  });

  it('has a subject of one line', () => {
    expect(render(kind).subject).toMatch(/^\S.*gpt-4o-mini( .*\S)?$/);
  });

  it('loads nothing from elsewhere and runs nothing', () => {
    expect(render(kind).html).not.toMatch(/<(img|script|link|iframe|form)|\bsrc=|url\(/i);
  });

  it('shows markup in values as text', () => {
    const nasty = `<img src=x onerror=alert(1)>"'&<a href="javascript:alert(1)">`;
    const values = Object.fromEntries(
      Object.entries(examples[kind]).map(([name, value]) => {
        if (Array.isArray(value)) return [name, [nasty]];
        return [name, name.endsWith('At') ? value : nasty];
      }),
    ) as unknown as MailValues[typeof kind];
    const { html } = templates.render(kind, values);
    expect(html).not.toMatch(/<img|<a href="javascript|onerror=alert\(1\)>/);
    expect(html.match(/&lt;img src=x/g)?.length).toBeGreaterThanOrEqual(2);
    const plain = templates.render(kind, examples[kind]).html;
    expect(html.match(/<[a-z]+/g)?.length).toBe(plain.match(/<[a-z]+/g)?.length);
  });

  it('shows every optional value only when it is there', () => {
    const optional = {
      'key-ready': ['keyExpiresAt'],
      'request-denied': [],
      'request-in-review': [],
      'review-needed': ['justification'],
      'budget-threshold': ['mask', 'requestId', 'budgetResetAt'],
      'key-unused': ['mask', 'requestId', 'lastUsedAt'],
      'key-expires-soon': ['mask', 'requestId'],
    } as const satisfies Readonly<Record<MailKind, readonly string[]>>;
    for (const name of optional[kind]) {
      const { text, html } = render(kind, { [name]: undefined });
      expect(`${text}${html}`).not.toMatch(/undefined|Invalid/);
    }
  });
});

describe('values in a mail', () => {
  it('add no line to a subject', () => {
    expect(render('request-denied', { modelId: 'gpt\r\nBcc: eve@example.com' }).subject).toBe(
      'Your request for gpt Bcc: eve@example.com was denied',
    );
  });

  it('cannot pass their own lines off as ours', () => {
    const { text } = render('review-needed', { justification: 'For work\n\nApproved by the administrator.\n' });
    expect(text).toContain('> For work\n> \n> Approved by the administrator.\n> \n');
    expect(text).not.toMatch(/^Approved/m);
  });

  it('keep a model on its line', () => {
    expect(render('review-needed', { modelId: 'gpt\nRequester: boss@example.com' }).text).toContain(
      'Model:     gpt Requester: boss@example.com\n',
    );
  });

  it('lose what turns text around or controls a terminal', () => {
    const { text } = render('request-denied', { reason: 'a\u202Eb\u0007c\u001B[31md\u2028e\uFEFF' });
    expect(text).toContain('> abc[31md\n> e\n');
  });

  it('are not templates themselves', () => {
    expect(render('request-denied', { reason: '<%= it.requestId %>' }).text).toContain('> <%= it.requestId %>');
  });
});

describe('the mail with the link', () => {
  it('shows the link as its own text and no other link', () => {
    const { html } = render('key-ready');
    expect([...html.matchAll(/<a href="([^"]*)">([^<]*)</g)].map(([, ...parts]) => parts)).toEqual([
      [examples['key-ready'].linkUrl, examples['key-ready'].linkUrl],
    ]);
  });

  it.each([
    'https://llm.example.com',
    'https://llm.example.com/',
    'https://llm.example.com/v1',
    'https://llm.example.com/v1/',
  ])('says how to use a key at %s', (gatewayUrl) => {
    const { text, html } = render('key-ready', { gatewayUrl });
    for (const part of [text, html]) expect(part).toMatch(/OPENAI_BASE_URL=https:\/\/llm\.example\.com\/v1\s/);
  });

  it('names every model', () => {
    expect(render('key-ready', { modelIds: ['a/b', 'c'] }).subject).toBe('Your API key for a/b, c is ready');
  });

  it('is the same each time', () => {
    expect(render('key-ready')).toEqual(
      render('key-ready', {}, etaMailTemplates({ locale: 'en', publicUrl, supportContact: 'help@example.com' })),
    );
  });
});

describe('a support contact', () => {
  it('is left out when none is configured', () => {
    const { text, html } = render('key-ready', {}, etaMailTemplates({ locale: 'en', publicUrl }));
    expect(`${text}${html}`).not.toMatch(/Questions|undefined/);
  });
});

it.each(mailLocales)('the language %s has every mail', (locale) => {
  const ofLocale = etaMailTemplates({ locale, publicUrl });
  for (const kind of mailKinds) expect(ofLocale.render(kind, examples[kind]).text.length).toBeGreaterThan(100);
});
