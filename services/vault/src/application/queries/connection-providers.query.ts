import type { ListConnectionProviders } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type Principal, type ReplyOf, toActor } from '@keyledger/messaging';
import { hasProven } from '../../domain/policies/custody.policy.ts';
import { needsAddress } from '../../domain/providers/connection.ts';
import type { Provider } from '../../domain/providers/connection-test.ts';
import { providers } from '../../domain/providers/providers.ts';

type Reply = ReplyOf<typeof ListConnectionProviders>;

const viewOf = (provider: Provider, allowsPrivateHosts: boolean): Reply['providers'][number] => ({
  name: provider.name,
  title: provider.title,
  isKeyRequired: provider.isKeyOptional !== true,
  isBaseUrlRequired: needsAddress(provider),
  ...(needsAddress(provider) ? { baseUrlPattern: provider.baseUrl } : { defaultBaseUrl: provider.baseUrl }),
  allowsPrivateHosts,
  offersChat: true,
});

/** By title. `allowPrivate`: hosts that the operator lists; nobody is told which. */
export const connectionProvidersQuery =
  (allowPrivate: readonly string[]) =>
  (principal: Principal): Reply => {
    if (!hasProven(toActor(principal)))
      throw new AppError('forbidden', 'Providers are listed to whoever may test a key');
    const views = providers.map((provider) => viewOf(provider, allowPrivate.length > 0));
    return { providers: views.sort((one, other) => one.title.localeCompare(other.title, 'en')) };
  };
