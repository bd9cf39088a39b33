import type { Operation, ReplyOf } from '@keyledger/messaging';
import {
  type ArgumentsHost,
  Catch,
  createParamDecorator,
  type ExecutionContext,
  type RpcExceptionFilter,
  UseFilters,
} from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { RequestContext } from './request-context.ts';

/** Hands every error on to the server, which turns it into a fault; Nest's own filter would mask typed ones. */
@Catch()
class PassOn implements RpcExceptionFilter {
  catch(error: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => error);
  }
}

const passOn = new PassOn();

type HandlerOf<O extends Operation> = (...args: never[]) => Promise<ReplyOf<O>>;

/**
 * Marks the method of a controller that answers an operation. `@Payload()` gives the checked input, `@Caller()` the
 * `MessageContext`; a thrown `AppError` reaches the caller as it is, anything else as `internal`.
 */
export const Handles =
  <O extends Operation>(operation: O) =>
  <Handler extends HandlerOf<O>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    MessagePattern(operation.subject, { operation })(target, key, descriptor);
    UseFilters(passOn)(target, key, descriptor);
  };

/** Parameter decorator: who asks and in which context, after the signature was checked. */
export const Caller = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToRpc().getContext<RequestContext>().message,
);
