/**
 * Which browser sessions have begun and not ended, for all replicas of the gateway. What is lost of it counts as ended: the
 * people sign in again. Every implementation passes `sessionRegisterContract`.
 */
export interface SessionRegister {
  /** The session is open from now on, for every replica, until it ends or the longest life of a session is over. */
  begin(sessionId: string): Promise<void>;
  /** False for what never began, has ended, or is too old. Throws `unavailable` when nobody can tell. */
  isOpen(sessionId: string): Promise<boolean>;
  /** The session is over for every replica. Safe to repeat. Throws `unavailable`: it may still be open then. */
  end(sessionId: string): Promise<void>;
}

export const SESSION_REGISTER: unique symbol = Symbol('SessionRegister');
