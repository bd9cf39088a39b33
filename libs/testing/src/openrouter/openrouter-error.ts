import { StandInError } from '../stand-in/json-server.ts';

/** `code` is a number at OpenRouter. */
export const openRouterError = (code: number, message: string): StandInError =>
  new StandInError(code, { error: { code, message } });
