/**
 * The page in the browser. It builds everything from text nodes, so that nothing in a mail can become part of the page;
 * a mail's own HTML is shown in a frame that may run nothing (see `messageFrame`).
 */
export const mailboxPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Mailbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
  body { margin: 0; font: 15px/1.45 system-ui, sans-serif; display: grid; grid-template: auto 1fr / minmax(16rem, 26rem) 1fr; height: 100vh; }
  header { grid-column: 1 / 3; display: flex; gap: 1rem; align-items: baseline; padding: .7rem 1rem; border-bottom: 1px solid var(--line); }
  h1 { font-size: 1.1rem; margin: 0; } header span { opacity: .7; flex: 1; }
  ol { list-style: none; margin: 0; padding: 0; overflow: auto; border-right: 1px solid var(--line); }
  li button { all: unset; box-sizing: border-box; display: block; width: 100%; padding: .6rem 1rem; cursor: pointer; border-bottom: 1px solid var(--line); }
  li button:focus-visible { outline: 2px solid Highlight; outline-offset: -2px; }
  li button[aria-current=true] { background: color-mix(in srgb, Highlight 18%, transparent); }
  li b { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } li small { opacity: .75; }
  main { overflow: auto; display: flex; flex-direction: column; } main dl { margin: 0; padding: .8rem 1rem; display: grid; grid-template-columns: auto 1fr; gap: .1rem .8rem; border-bottom: 1px solid var(--line); }
  dt { opacity: .7; } dd { margin: 0; overflow-wrap: anywhere; }
  nav { padding: .4rem 1rem; display: flex; gap: .5rem; } pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
  iframe { border: 0; flex: 1; background: white; } p.empty { padding: 1rem; opacity: .7; }
</style></head>
<body>
<header><h1>Mailbox</h1><span id="count" aria-live="polite"></span><button id="clear" type="button">Delete all</button></header>
<ol id="list" aria-label="Mails, newest first"></ol>
<main id="mail"><p class="empty">Mails that Keyledger sends arrive here; nothing leaves this machine.</p></main>
<script>
const list = document.getElementById('list'), pane = document.getElementById('mail');
let messages = [], shown, view = 'html';
const make = (name, text, props = {}) => Object.assign(document.createElement(name), props, text === undefined ? {} : { textContent: text });

const linked = (text) => {
  const pre = make('pre');
  for (const part of text.split(/(https?:\\/\\/[^\\s<>"]+)/))
    pre.append(/^https?:/.test(part) ? make('a', part, { href: part, target: '_blank', rel: 'noopener noreferrer' }) : part);
  return pre;
};

const show = (id) => {
  const mail = messages.find((each) => each.id === id);
  shown = mail?.id;
  for (const button of list.querySelectorAll('button')) button.setAttribute('aria-current', String(button.dataset.id === shown));
  if (!mail) return;
  const head = make('dl');
  for (const [name, value] of [['From', mail.from], ['To', mail.to.join(', ')], ['Subject', mail.subject], ['At', new Date(mail.receivedAt).toLocaleString()]])
    head.append(make('dt', name), make('dd', value));
  const tabs = make('nav');
  for (const kind of ['html', 'text']) tabs.append(make('button', kind === 'html' ? 'Formatted' : 'Text', { type: 'button', disabled: !mail[kind], onclick: () => { view = kind; show(id); } }));
  const isHtml = mail.html !== '' && (view === 'html' || mail.text === '');
  const body = isHtml
    ? make('iframe', undefined, { src: '/messages/' + mail.id, title: 'The mail', sandbox: 'allow-popups allow-popups-to-escape-sandbox' })
    : linked(mail.text);
  pane.replaceChildren(head, tabs, body);
};

const refresh = async () => {
  messages = (await (await fetch('/api/messages')).json()).messages.reverse();
  document.getElementById('count').textContent = messages.length === 1 ? '1 mail' : messages.length + ' mails';
  list.replaceChildren(...messages.map((mail) => {
    const button = make('button', undefined, { type: 'button', onclick: () => show(mail.id) });
    button.dataset.id = mail.id;
    button.append(make('b', mail.subject || '(no subject)'), make('small', mail.to.join(', ') + ' · ' + new Date(mail.receivedAt).toLocaleTimeString()));
    const item = make('li');
    item.append(button);
    return item;
  }));
  if (messages.some((mail) => mail.id === shown)) for (const button of list.querySelectorAll('button')) button.setAttribute('aria-current', String(button.dataset.id === shown));
  else if (messages.length > 0) show(messages[0].id);
  else pane.replaceChildren(make('p', 'No mail yet.', { className: 'empty' }));
};

document.getElementById('clear').onclick = () => fetch('/api/messages', { method: 'DELETE' });
new EventSource('/api/events').onmessage = refresh;
</script></body></html>
`;

/** Of the page: its own script and style, nothing from elsewhere. */
export const pagePolicy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'";

/** A mail's HTML as it came. The policy that goes with it lets it load and run nothing; links open beside it. */
export const messageFrame = (html: string): string => `<base target="_blank"><meta charset="utf-8">${html}`;

export const framePolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";
