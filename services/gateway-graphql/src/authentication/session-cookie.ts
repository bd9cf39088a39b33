/** Reading and writing the one cookie of the gateway. */
export interface SessionCookie {
  readonly name: string;
  valueIn(cookieHeader: string | undefined): string | undefined;
  set(token: string, maxAgeS: number): string;
  clear(): string;
}

/** `SameSite=Strict` keeps it from being sent by other sites; the `__Host-` prefix pins it to this host over https. */
export const sessionCookie = (isSecure: boolean): SessionCookie => {
  const name = isSecure ? '__Host-keyledger_session' : 'keyledger_session';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  return {
    name,
    valueIn: (header) => {
      for (const part of (header ?? '').split(';')) {
        const [key, ...value] = part.trim().split('=');
        if (key === name) return value.join('=');
      }
      return undefined;
    },
    set: (token, maxAgeS) => `${name}=${token}; Max-Age=${maxAgeS}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
};
