import { answeringServices, serviceNames } from '@keyledger/messaging';
import { describe, expect, it } from '@jest/globals';
import { deskPermissionsOf, permissionsOf } from './permissions.ts';
import { natsAccounts, natsServerConfig } from './server-config.ts';

describe('the configuration of nats-server', () => {
  it('names each user that has a password, and no other', () => {
    const text = natsAccounts({ admin: 'a', vault: 'v' });
    expect([...text.matchAll(/user: "(.*)"/g)].map(([, user]) => user)).toEqual(['admin', 'vault', 'vault-desk']);
  });

  it('quotes passwords', () => {
    expect(natsAccounts({ vault: 'a "b" \\ # }' })).toContain('password: "a \\"b\\" \\\\ # }"');
  });

  it('limits every user but the administrator', () => {
    const users = Object.fromEntries(['admin', ...serviceNames].map((user) => [user, 'x']));
    const text = natsServerConfig({ users, port: 4222, storeDirectory: '/data' });
    expect(text.match(/permissions \{/g)).toHaveLength(serviceNames.length + answeringServices.length);
    expect(text).toContain('listen: "127.0.0.1:4222"');
    expect(text).toContain('store_dir: "/data"');
  });
});

it('only replicas of the vault hand requests over, to each other', () => {
  const handover = 'keyledger.vault.handover.*';
  expect(serviceNames.filter((service) => permissionsOf(service).publish.includes(handover))).toEqual(['vault']);
  expect(serviceNames.filter((service) => deskPermissionsOf(service).subscribe.includes(handover))).toEqual(['vault']);
});

describe.each(serviceNames)('the permissions of %s', (service) => {
  it('open no subject of everybody', () => {
    const { publish, subscribe } = permissionsOf(service);
    const wide = [...publish, ...subscribe].filter((subject) =>
      /^(>|\*|keyledger\.(>|\*\.>)|_INBOX\.(>|\*)|\$)$/.test(subject),
    );
    expect(wide).toEqual([]);
    expect(
      subscribe.every(
        (subject) =>
          subject.startsWith(`_INBOX.${service}.`) ||
          subject.startsWith(`keyledger.${service}.`) ||
          subject === 'keyledger.*.event.>',
      ),
    ).toBe(true);
  });
});
