/** Time comes in through this, so that tests set it. Never used under `domain/`. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
