import { createHash } from 'node:crypto';
import type { HttpResponse } from '../http-response.ts';

/** Safe HTML: all values in it are escaped. Only this file creates it. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type { Html };

type Value = Html | string | number | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (value: Value): string => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(escaped).join('');
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
};

/** Builds HTML and escapes every value, in text and in quoted attributes. */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(String.raw({ raw: parts }, ...values.map(escaped)));

/** Returns a paragraph. Text between backticks becomes `code`. Problem texts use no other Markdown. */
export function paragraph(text: string, lead: Html = html``): Html {
  const parts = `${text}${/[.?!]$/.test(text) ? '' : '.'}`.split('`');
  const inline = parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return html`<p>${lead}${inline}</p>`;
}

const STYLE = `:root{color-scheme:light dark}
body{font:1.05rem/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1.25rem}
h1{font-size:1.5rem;line-height:1.25}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem}
dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
p{overflow-wrap:anywhere}
button{font:inherit;font-weight:600;padding:.6rem 1.4rem;border:0;border-radius:.4rem;background:#0b57d0;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid #7cacf8;outline-offset:2px}
small{opacity:.7}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The page loads nothing and runs no script. No other page may frame it. Its form is sent to its own address. */
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** Returns a whole page with the headers of another response. */
export function htmlPage(title: string, content: Html, response: HttpResponse): HttpResponse {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
  return {
    ...response,
    headers: {
      ...response.headers,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-frame-options': 'DENY',
    },
    body: page.text,
  };
}
