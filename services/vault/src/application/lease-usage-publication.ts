import { LeaseExpiryReminderDue, LeaseThresholdReached, LeaseUnused } from '@keyledger/contracts-vault';
import type { EventPublication } from '@keyledger/messaging';
import type { LeaseUsageEvent } from '../domain/lease-usage/lease-usage.messages.ts';

/** What people are told of. The spend itself stays with the vault. */
export const ofLeaseUsage = ({ type, data }: LeaseUsageEvent): ReturnType<EventPublication> => {
  switch (type) {
    case 'LeaseThresholdReached': {
      const { period: _period, reachedAt: _reachedAt, ...told } = data;
      return { definition: LeaseThresholdReached, data: told };
    }
    case 'LeaseUnused': {
      const { noticedAt: _noticedAt, ...told } = data;
      return { definition: LeaseUnused, data: told };
    }
    case 'LeaseExpiryReminderDue': {
      const { beforeMs: _beforeMs, remindedAt: _remindedAt, ...told } = data;
      return { definition: LeaseExpiryReminderDue, data: told };
    }
    case 'LeaseUsageObserved':
      return undefined;
  }
};
