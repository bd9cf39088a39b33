import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { MailKind, MailTemplates, MailValues, RenderedMail } from '../../application/ports/mail-templates.port.ts';
import { asText, oneLine } from './plain-text.ts';
import { templateFunctions } from './template-functions.ts';

const TEMPLATES = fileURLToPath(new URL('../../../templates/', import.meta.url));

export const mailKinds: readonly MailKind[] = [
  'key-ready',
  'request-denied',
  'request-in-review',
  'review-needed',
  'budget-threshold',
  'key-unused',
  'key-expires-soon',
];

/** Languages for which there is a folder of templates. */
export const mailLocales = ['en'] as const;

export type MailLocale = (typeof mailLocales)[number];

export interface MailTemplatesOptions {
  readonly locale: MailLocale;
  /** Where users reach the gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** Where people can ask; a mail address or a sentence. */
  readonly supportContact?: string | undefined;
}

type Template = (values: object) => string;

interface Templates {
  readonly subject: Template;
  readonly text: Template;
  readonly html: Template;
}

const plainValue = (value: unknown): unknown => {
  if (typeof value === 'string') return asText(value);
  return Array.isArray(value) ? value.map(plainValue) : value;
};

/** Values reach the templates without control characters, whatever somebody typed. */
const plain = (values: object): object =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plainValue(value)]));

const load = (locale: MailLocale, kind: MailKind): Templates => {
  const html = new Eta({ autoEscape: true, autoTrim: false, cache: true });
  const text = new Eta({ autoEscape: false, autoTrim: false, cache: true });
  const compiled = (engine: Eta, part: string): Template => {
    const name = `@${locale}/${kind}.${part}`;
    engine.loadTemplate(name, readFileSync(`${TEMPLATES}${locale}/${kind}.${part}.eta`, 'utf8'));
    return (values) => engine.render(name, values);
  };
  return { subject: compiled(text, 'subject'), text: compiled(text, 'text'), html: compiled(html, 'html') };
};

/**
 * Reads the templates of one language when it is made, so that a missing or broken one stops the start. In HTML every
 * `<%= … %>` is escaped; the templates have no unescaped output.
 */
export const etaMailTemplates = ({ locale, publicUrl, supportContact }: MailTemplatesOptions): MailTemplates => {
  const byKind = new Map(mailKinds.map((kind) => [kind, load(locale, kind)]));
  return {
    render: <Kind extends MailKind>(kind: Kind, values: MailValues[Kind]): RenderedMail => {
      const templates = byKind.get(kind);
      if (templates === undefined) throw new Error(`There is no mail template ${kind}`);
      const view = { ...plain(values), ...templateFunctions(locale), publicUrl, supportContact };
      return {
        subject: oneLine(templates.subject(view)),
        text: templates.text(view),
        html: templates.html(view),
      };
    },
  };
};
