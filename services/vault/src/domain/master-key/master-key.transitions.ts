import type { MasterKeyStatus } from './master-key.state.ts';

/**
 * What may become of a key, after NIST SP 800-57 part 1, section 7. Stricter in one point: a key that writes, or may write
 * again, is not destroyed; it is deactivated by a rotation first.
 */
const transitions: Readonly<Record<MasterKeyStatus, readonly MasterKeyStatus[]>> = {
  'pre-activation': ['active', 'compromised', 'destroyed'],
  active: ['suspended', 'deactivated', 'compromised'],
  suspended: ['active', 'deactivated', 'compromised'],
  deactivated: ['compromised', 'destroyed'],
  compromised: ['destroyed'],
  destroyed: [],
};

export const mayBecome = (from: MasterKeyStatus, to: MasterKeyStatus): boolean => transitions[from].includes(to);
