/** Reads server-sent events of one response. */
export interface EventStream {
  /** The data of the next `next` event, or `undefined` when the stream has ended. */
  next(): Promise<
    { data?: Record<string, unknown> | null; errors?: { extensions: Record<string, unknown> }[] } | undefined
  >;
  close(): Promise<void>;
}

export const openEventStream = async (
  url: string,
  body: object,
  headers: Record<string, string>,
): Promise<EventStream> => {
  const abort = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(body),
    signal: abort.signal,
  });
  if (response.headers.get('content-type')?.includes('text/event-stream') !== true)
    throw new Error(`no event stream: ${response.status} ${await response.text()}`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  return {
    next: async () => {
      for (;;) {
        const end = buffer.indexOf('\n\n');
        if (end < 0) {
          const { value, done } = await reader.read();
          if (done) return undefined;
          buffer += value;
          continue;
        }
        const block = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (block.includes('event: complete')) return undefined;
        const data = /^data: ?(.+)$/m.exec(block)?.[1];
        if (block.includes('event: next') && data !== undefined) return JSON.parse(data) as never;
      }
    },
    close: async () => {
      abort.abort();
      await reader.cancel().catch(() => undefined);
    },
  };
};
