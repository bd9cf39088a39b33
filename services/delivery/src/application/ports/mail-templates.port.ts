/** The key that news are about. */
interface KeyNews {
  readonly modelIds: readonly string[];
  readonly mask?: string | undefined;
  readonly leaseId: string;
  /** Absent for a key that nobody requested. */
  readonly requestId?: string | undefined;
}

/** What the templates of each mail get to show. Optional values may be absent in any combination. */
export interface MailValues {
  'key-ready': {
    readonly modelIds: readonly string[];
    readonly mask: string;
    readonly gatewayUrl: string;
    readonly linkUrl: string;
    readonly linkExpiresAt: string;
    readonly keyExpiresAt?: string | undefined;
    /** The key takes the place of one before it, which works until `formerKeyEndsAt`; absent: until it is delivered. */
    readonly isSuccessor?: boolean | undefined;
    readonly formerKeyEndsAt?: string | undefined;
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
  /** Amounts in US dollars, with two decimals. */
  'budget-threshold': KeyNews & {
    readonly percent: string;
    readonly budgetName: string;
    readonly spent: string;
    readonly budget: string;
    readonly budgetResetAt?: string | undefined;
  };
  'key-unused': KeyNews & { readonly sinceDays: string; readonly lastUsedAt?: string | undefined };
  'key-expires-soon': KeyNews & { readonly daysLeft: string; readonly expiresAt: string };
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
