import type { SecretBytes } from '@keyledger/secrets';
import type { ProviderAnswer } from '../../domain/providers/connection-test.ts';
import type { Silence } from '../../domain/providers/outcome-message.ts';

/** One call to a provider, whole but for the key. */
export interface AddressedCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly keyHeader: { readonly name: string; readonly prefix: string };
}

export type CallOutcome = Readonly<{ latencyMs: number }> &
  (Readonly<{ answer: ProviderAnswer; silence?: undefined }> | Readonly<{ silence: Silence; answer?: undefined }>);

/** The way to providers, wherever they are. */
export interface ProviderCaller {
  /**
   * Sends the call once, with the key in its header and nowhere else; without a key the header is left out. Only to
   * addresses that may be called, over HTTPS unless the operator has listed the host, and never on to where a redirect
   * points. Ends with `signal` at the latest. Never rejects: whatever is no answer is a silence with its cause. The
   * answer does not hold the key, however often the provider repeats it.
   */
  send(call: AddressedCall, key: SecretBytes | undefined, signal: AbortSignal): Promise<CallOutcome>;
}
