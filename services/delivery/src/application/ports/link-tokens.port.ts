/** What a link's token says. */
export interface LinkRef {
  readonly deliveryId: string;
  readonly linkNumber: number;
}

/** Makes and reads the tokens of one-time links. */
export interface LinkTokens {
  /** The same link has the same token as long as the signing key stays, so nothing of it needs to be stored. */
  issue(link: LinkRef): string;
  /** `undefined` for everything that was not issued with one of the accepted keys. Takes the same time for each forgery. */
  read(token: string): LinkRef | undefined;
}

export const LINK_TOKENS: unique symbol = Symbol('LinkTokens');
