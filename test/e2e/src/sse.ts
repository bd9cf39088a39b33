export interface GraphQlAnswer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** The answers of a GraphQL subscription over server-sent events (distinct connections mode). */
export async function* createParser<Data>(response: Response): AsyncIterable<GraphQlAnswer<Data>> {
  if (response.body === null) throw new Error('The answer has no body');
  let pending = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (pending + chunk).split('\n\n');
    pending = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      if (lines.includes('event: complete')) return;
      const data = lines.find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length)) as GraphQlAnswer<Data>;
    }
  }
}
