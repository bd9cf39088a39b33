import type { MessageContext } from '@keyledger/messaging';
import { withCorrelation } from '@keyledger/telemetry';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';

/** Lets everything that a message handler logs carry the correlation id of its message. */
export const correlationInterceptor: NestInterceptor = {
  intercept: (execution: ExecutionContext, next: CallHandler): Observable<unknown> => {
    const { message } = execution.switchToRpc().getContext<{ readonly message?: MessageContext }>();
    if (message === undefined) return next.handle();
    return new Observable((subscriber) =>
      withCorrelation(message.correlationId, () => next.handle().subscribe(subscriber)),
    );
  },
};
