import type { MessageContext } from '@keyledger/messaging';
import { NatsContext } from '@nestjs/microservices';
import type { MsgHdrs } from '@nats-io/transport-node';

/** What Nest hands to guards, interceptors and parameter decorators of a handler. */
export class RequestContext extends NatsContext {
  readonly message: MessageContext;

  constructor(subject: string, headers: MsgHdrs | undefined, message: MessageContext) {
    super([subject, headers]);
    this.message = message;
  }
}
