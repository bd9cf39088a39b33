import { type AppError, fromWireError, toWireError } from '@keyledger/errors';

/** A reply is JSON with one of two fields: `reply`, or `fault` with the wire form of a typed fault. */
export const replyBody = (reply: unknown): string => JSON.stringify({ reply });

export const faultBody = (error: unknown): string => JSON.stringify({ fault: toWireError(error) });

export type ReceivedReply = Readonly<{ reply: unknown }> | Readonly<{ fault: AppError }>;

/** Anything that is not a reply reads as the fault `internal`. */
export const readReplyBody = (text: string): ReceivedReply => {
  const body = parseJson(text);
  if (typeof body === 'object' && body !== null) {
    if ('fault' in body) return { fault: fromWireError(body.fault) };
    if ('reply' in body) return { reply: body.reply };
  }
  return { fault: fromWireError(undefined) };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
