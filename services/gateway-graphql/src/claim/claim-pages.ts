import type { LinkView } from '@keyledger/contracts-delivery';
import type { RevealedKey } from '../application/reveal-key.ts';
import { type Html, html } from '../html/html.ts';
import { page } from '../html/page.ts';
import { snippetsOf } from './snippets.ts';

export interface ClaimPage {
  readonly status: number;
  readonly body: string;
}

const when = (iso: string): Html => html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;

const plain = (status: number, title: string, content: Html): ClaimPage => ({
  status,
  body: page(
    title,
    html`<h1>${title}</h1>
      ${content}`,
  ),
});

export const unknownLink = (): ClaimPage =>
  plain(
    404,
    'This link is not known',
    html`<p>Check that the whole link was copied from the mail. A newer mail may hold a newer link.</p>`,
  );

const askForNew = html`<p>
  If you still need the key, ask an administrator to send a new link. Nothing has to be requested anew.
</p>`;

const endedLinks: Readonly<Record<Exclude<LinkView['state'], 'unopened'>, (link: LinkView) => ClaimPage>> = {
  expired: ({ expiresAt }) =>
    plain(
      410,
      'This link has expired',
      html`<p>It could be opened until ${when(expiresAt)}. Nobody opened it.</p>
        ${askForNew}`,
    ),
  superseded: () =>
    plain(
      410,
      'A newer link was sent',
      html`<p>This link stopped working when the newer one was sent. Look for the latest mail.</p>`,
    ),
  opened: ({ openedAt }) =>
    plain(
      410,
      'This link was already opened',
      html`<p>
          ${openedAt === undefined ? html`It was opened before` : html`It was already opened at ${when(openedAt)}`}; a
          link shows its key once.
        </p>
        <p class="problem">If that was not you, tell an administrator at once: somebody else may have the key.</p>
        ${askForNew}`,
    ),
};

const codeForm = (link: LinkView, problem: Html | undefined): Html =>
  html`<h1>Your API key is ready</h1>
    <dl>
      <dt>Models</dt>
      <dd>${link.modelIds.join(', ')}</dd>
      <dt>Link expires</dt>
      <dd>${when(link.expiresAt)}</dd>
    </dl>
    ${problem}
    <form method="post" autocomplete="off">
      <label for="code">Claim code</label>
      <p>It was shown when you requested the key.</p>
      <input id="code" name="code" required maxlength="40" autofocus spellcheck="false" autocapitalize="characters" />
      <button type="submit">Show the key, once</button>
    </form>
    <p>
      Opening this page uses up nothing. The button shows the key one single time: have a safe place for it ready.
    </p>`;

/** What a GET shows, and a POST that showed no key. */
export const linkPage = (link: LinkView): ClaimPage =>
  link.state === 'unopened'
    ? { status: 200, body: page('Your API key', codeForm(link, undefined)) }
    : endedLinks[link.state](link);

export const codeProblemPage = (link: LinkView, code: 'wrong-code' | 'locked', message: string): ClaimPage => ({
  status: code === 'locked' ? 429 : 403,
  body: page('Your API key', codeForm(link, html`<p class="problem" role="alert">${message}</p>`)),
});

export const missingCodePage = (link: LinkView): ClaimPage => ({
  status: 422,
  body: page('Your API key', codeForm(link, html`<p class="problem" role="alert">Enter the claim code.</p>`)),
});

const snippet = ({ title, text }: { title: string; text: string }): Html =>
  html`<h2>${title}</h2>
    <pre>${text}</pre>`;

export const keyPage = (revealed: RevealedKey): ClaimPage =>
  plain(
    200,
    'Your API key',
    html`<p class="problem">This page shows the key once. Copy it now to a safe place; then close the page.</p>
      <pre id="key">${revealed.key}</pre>
      <dl>
        <dt>Models</dt>
        <dd>${revealed.modelIds.join(', ')}</dd>
        <dt>Key expires</dt>
        <dd>${revealed.keyExpiresAt === undefined ? 'never' : when(revealed.keyExpiresAt)}</dd>
      </dl>
      ${snippetsOf(revealed).map(snippet)}`,
  );

export const faultPage = (status: number, message: string, correlationId: string): ClaimPage =>
  plain(
    status,
    'This did not work',
    html`<p>${message}.</p>
      <p>Reference: ${correlationId}</p>`,
  );
