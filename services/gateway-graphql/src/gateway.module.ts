import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { Clock } from '@keyledger/event-sourcing';
import { REQUEST_REPLY } from '@keyledger/messaging';
import { CLOCK, LOGGER, NATS_CONNECTION, STOPPING } from '@keyledger/nest-kit';
import type { Logger } from '@keyledger/telemetry';
import type { NatsConnection } from '@nats-io/transport-node';
import { openOneTimeRecipient } from './adapters/jose/one-time-recipient.ts';
import { sealSubmission } from './adapters/jose/submission.ts';
import { sessionSecretFrom } from './adapters/key-files/session-secret.ts';
import { jetStreamSessionRegister } from './adapters/nats/jetstream.session-register.ts';
import { componentHealth } from './application/component-health.ts';
import { type EventFanOut, eventFanOut } from './application/event-fan-out.ts';
import { OPEN_RECIPIENT } from './application/ports/recipient.port.ts';
import { SESSION_REGISTER, type SessionRegister } from './application/ports/session-register.port.ts';
import { serviceTokenCheck } from './application/service-tokens.ts';
import { type Services, servicesOver } from './application/services.ts';
import type { WakeUpTimes } from './application/wake-ups.ts';
import { adminCredential, choosePassword } from './authentication/admin-credential.ts';
import { announcePassword } from './authentication/announce-password.ts';
import { authenticatorWith } from './authentication/authenticator.ts';
import { loginLimiter } from './authentication/login-limiter.ts';
import { sessionCookie } from './authentication/session-cookie.ts';
import { LONGEST_SESSION_MS, sessionKeyOf, sessionsWith } from './authentication/sessions.ts';
import { type SubmissionQuotas, submissionQuotas } from './limits/submission-quotas.ts';
import { ClaimController } from './claim/claim.controller.ts';
import type { GatewayConfig } from './config.ts';
import type { Gateway } from './context.ts';
import { AdminRequestsController } from './rest/admin-requests.controller.ts';
import { AuditExportController } from './rest/audit-export.controller.ts';
import { HealthController } from './rest/health.controller.ts';
import { ModelsController } from './rest/models.controller.ts';
import { RequestKeyController } from './rest/request-key.controller.ts';
import { SessionController } from './rest/session.controller.ts';
import {
  AUTHENTICATOR,
  EVENT_FAN_OUT,
  GATEWAY,
  SERVICES,
  SESSION_COOKIE,
  SUBMISSION_QUOTAS,
  SYSTEM_HEALTH,
} from './tokens.ts';

@Module({})
class GatewayModule {}

/** An event is seen at once; read models follow within milliseconds, at worst within the last of the follow-ups. */
const WATCH_TIMES: WakeUpTimes = { followUpMs: [100, 300, 1000, 3000], refreshMs: 15_000 };

const isHttps = ({ publicUrl }: GatewayConfig): boolean => publicUrl.startsWith('https:');

const authenticator = (config: GatewayConfig): Provider => ({
  provide: AUTHENTICATOR,
  inject: [SESSION_REGISTER, SERVICES, CLOCK, LOGGER],
  useFactory: async (register: SessionRegister, services: Services, clock: Clock, logger: Logger) => {
    const { username } = config.admin;
    const { password, isGenerated } = choosePassword(config.admin.password);
    if (isGenerated) announcePassword(username, password, logger);
    const secret = config.sessionKey ?? (await sessionSecretFrom(config.platform.principal.signingKeyFile));
    return authenticatorWith({
      credential: adminCredential(username, password),
      sessions: sessionsWith(sessionKeyOf(secret, password), clock, register),
      cookie: sessionCookie(isHttps(config)),
      limiter: loginLimiter({ clock }),
      isServiceToken: serviceTokenCheck(services),
      logger,
    });
  },
});

const sessions = (config: GatewayConfig): Provider[] => [
  { provide: SESSION_COOKIE, useValue: sessionCookie(isHttps(config)) },
  {
    provide: SESSION_REGISTER,
    inject: [NATS_CONNECTION],
    useFactory: (connection: NatsConnection): SessionRegister =>
      jetStreamSessionRegister({ connection, keptForMs: LONGEST_SESSION_MS }),
  },
];

/** What flows need of the services and of each other. */
const flows = (config: GatewayConfig): Provider[] => [
  { provide: OPEN_RECIPIENT, useValue: openOneTimeRecipient },
  { provide: EVENT_FAN_OUT, useFactory: eventFanOut },
  { provide: SERVICES, inject: [REQUEST_REPLY], useFactory: servicesOver },
  { provide: SYSTEM_HEALTH, inject: [SERVICES, CLOCK], useFactory: componentHealth },
  {
    provide: SUBMISSION_QUOTAS,
    inject: [CLOCK],
    useFactory: (clock: Clock): SubmissionQuotas => submissionQuotas({ clock, ...config.submissionQuotas }),
  },
];

const gateway: Provider = {
  provide: GATEWAY,
  inject: [SERVICES, SUBMISSION_QUOTAS, SESSION_REGISTER, EVENT_FAN_OUT, SYSTEM_HEALTH, STOPPING, CLOCK],
  useFactory: (
    services: Services,
    quotas: SubmissionQuotas,
    sessionRegister: SessionRegister,
    eventFeed: EventFanOut,
    health: Gateway['health'],
    stopping: AbortSignal,
    clock: Clock,
  ): Gateway => ({
    services,
    submissionQuotas: quotas,
    openRecipient: openOneTimeRecipient,
    sealSubmission,
    sessionRegister,
    eventFeed,
    health,
    stopping,
    clock,
    watchTimes: WATCH_TIMES,
  }),
};

/** The only file that knows every token and adapter of the gateway. */
export const gatewayModule = (config: GatewayConfig, platform: DynamicModule): DynamicModule => ({
  module: GatewayModule,
  imports: [platform],
  controllers: [
    HealthController,
    RequestKeyController,
    ModelsController,
    AdminRequestsController,
    SessionController,
    AuditExportController,
    ClaimController,
  ],
  providers: [authenticator(config), ...sessions(config), ...flows(config), gateway],
});
