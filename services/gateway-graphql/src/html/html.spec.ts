import { describe, expect, it } from '@jest/globals';
import { html } from './html.ts';

describe('a template of markup', () => {
  it('escapes every value, for text and for attributes', () => {
    const evil = `<script>"&'`;
    expect(html`<a title="${evil}">${evil}</a>`.toString()).toBe(
      '<a title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</a>',
    );
  });

  it('takes markup as it is, lists of it, numbers, and leaves out what is absent', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<p>${items}|${undefined}|${3}</p>`.toString()).toBe('<p><li>a</li><li>&lt;b&gt;</li>||3</p>');
  });

  it('does not take an object that only looks like markup', () => {
    const forged = { toString: () => '<script>' } as unknown as string;
    expect(html`${forged}`.toString()).toBe('&lt;script&gt;');
  });
});
