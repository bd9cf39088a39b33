import type { Principal } from '@keyledger/messaging';

/** Somebody who signed in. */
export const person = (id: string, roles: Principal['roles'] = ['member']): Principal => ({
  kind: 'user',
  id,
  roles,
  proof: 'session',
});

export const ada = person('ada@example.com');
export const mallory = person('mallory@example.com');
