import { createHash } from 'node:crypto';
import { type Html, html } from './html.ts';

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--accent:#2f5fd0}
body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem}
main{max-width:42rem;margin:0 auto}
h1{font-size:1.5rem;margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1rem 0}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
form{margin:1.5rem 0;padding:1rem;border:1px solid var(--line);border-radius:.5rem}
label{display:block;font-weight:600}
input{font:1.1rem ui-monospace,monospace;width:100%;box-sizing:border-box;padding:.5rem;margin:.25rem 0 1rem}
button{font:inherit;padding:.5rem 1.25rem;border:0;border-radius:.4rem;background:var(--accent);color:#fff;cursor:pointer}
pre{font:.95rem/1.4 ui-monospace,monospace;padding:.75rem;border:1px solid var(--line);border-radius:.4rem;
white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
.problem{border-left:.25rem solid #c0392b;padding:.25rem .75rem}
footer{margin-top:2rem;font-size:.85rem;opacity:.75}
`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** The page may show its own style and send its own form, and nothing else. */
export const PAGE_POLICY =
  `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; ` +
  "frame-ancestors 'none'";

/** The style stands in the page, so that opening the link is one request; its text is fixed, so its hash is known. */
export const page = (title: string, content: Html): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${html`${title}`.toString()} · Keyledger</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${content.toString()}
<footer>Keyledger never sends a key by mail. This page shows it once, to whoever has the link and the claim code.</footer>
</main>
</body>
</html>
`;
