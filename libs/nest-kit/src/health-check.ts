/** `reason` is shown to whoever asks: no secrets, no addresses with passwords. */
export type HealthStatus =
  | Readonly<{ status: 'up' }>
  /** Works with less than it should; the service stays in use. */
  | Readonly<{ status: 'degraded'; reason: string }>
  /** Requests would fail; they go to other replicas. */
  | Readonly<{ status: 'down'; reason: string }>;

export interface HealthCheck {
  /** Kebab-case name of the component. */
  readonly name: string;
  /** Asks the real thing. A rejection counts as down, no answer within two seconds too. */
  check(): Promise<HealthStatus>;
}
