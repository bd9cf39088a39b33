/** What the templates of each mail get to show. Optional values may be absent in any combination. */
export interface MailValues {
  'key-ready': {
    readonly modelIds: readonly string[];
    readonly mask: string;
    readonly gatewayUrl: string;
    readonly linkUrl: string;
    readonly linkExpiresAt: string;
    readonly keyExpiresAt?: string | undefined;
    readonly requestId: string;
  };
  'request-denied': { readonly modelId: string; readonly reason: string; readonly requestId: string };
  'request-in-review': {
    readonly modelId: string;
    readonly reason: string;
    readonly expiresAt: string;
    readonly requestId: string;
  };
  'review-needed': {
    readonly modelId: string;
    readonly email: string;
    readonly justification?: string | undefined;
    readonly reason: string;
    readonly expiresAt: string;
    readonly requestId: string;
  };
}

export type MailKind = keyof MailValues;

export interface RenderedMail {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Turns values into words of one language. */
export interface MailTemplates {
  /** Pure. Every value is shown as text: none can add markup, a line to the subject or a control character. */
  render<Kind extends MailKind>(kind: Kind, values: MailValues[Kind]): RenderedMail;
}

export const MAIL_TEMPLATES: unique symbol = Symbol('MailTemplates');
