/** Tokens of what only the gateway has; those of the platform come from nest-kit. */
export const SERVICES: unique symbol = Symbol('Services');
export const AUTHENTICATOR: unique symbol = Symbol('Authenticator');
export const SESSION_COOKIE: unique symbol = Symbol('SessionCookie');
export const EVENT_FAN_OUT: unique symbol = Symbol('EventFanOut');
export const SYSTEM_HEALTH: unique symbol = Symbol('SystemHealth');
export const SUBMISSION_QUOTAS: unique symbol = Symbol('SubmissionQuotas');
export const GATEWAY: unique symbol = Symbol('Gateway');
