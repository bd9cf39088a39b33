import { escapeHtml } from '../html.ts';
import type { Answer } from './call.ts';
import type { KeyLedger } from './key-ledger.ts';

/** What somebody sees who opens the address in a browser. */
export const overviewPage = (ledger: KeyLedger): Answer => {
  const rows = ledger
    .rows()
    .map(({ key_alias, key_name, models, expires, blocked }) =>
      [key_alias, key_name, models.join(', '), expires ?? 'never', blocked ? 'blocked' : 'live']
        .map((cell) => `<td>${escapeHtml(String(cell))}</td>`)
        .join(''),
    )
    .map((cells) => `<tr>${cells}</tr>`)
    .join('\n');
  return {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    body: `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>LiteLLM stand-in</title>
<style>body{font:15px system-ui;margin:2rem}td,th{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #ddd}</style>
<h1>LiteLLM stand-in</h1>
<p>This is not LiteLLM: it keeps keys as LiteLLM does and answers every chat with one fixed sentence.
Set <code>LITELLM_BASE_URL</code> to use a real one.</p>
<table><tr><th>alias<th>key<th>models<th>expires<th>state</tr>
${rows}</table>`,
  };
};
