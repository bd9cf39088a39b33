import 'reflect-metadata';
import type { MessageContext, Operation, PrincipalVerifier, ServiceName } from '@keyledger/messaging';
import type { RequestHandler } from '@keyledger/messaging/testing';
import { Controller, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type MicroserviceOptions, Payload } from '@nestjs/microservices';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '../src/logger.ts';
import { Caller, Handles } from '../src/request-reply/handles.ts';
import { natsServer, type NatsServerOptions } from '../src/request-reply/nats-server.ts';

/** A controller with one method, decorated as a service would write it. */
const controllerOf = <O extends Operation>(operation: O, handler: RequestHandler<O>): Type => {
  class Handlers {
    answer(input: never, caller: MessageContext): Promise<never> {
      return handler(input, caller) as Promise<never>;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Handlers.prototype, 'answer') as TypedPropertyDescriptor<never>;
  Handles(operation)(Handlers.prototype, 'answer', descriptor);
  Payload()(Handlers.prototype, 'answer', 0);
  Caller()(Handlers.prototype, 'answer', 1);
  Controller()(Handlers);
  return Handlers;
};

export interface MessageAppOptions extends Omit<NatsServerOptions, 'service'> {
  readonly connection: NatsConnection;
  readonly service?: ServiceName;
  readonly verifier: PrincipalVerifier;
  readonly logger: Logger;
}

/** A Nest microservice that answers one operation. */
export const startMessageApp = async <O extends Operation>(
  operation: O,
  handler: RequestHandler<O>,
  options: MessageAppOptions,
): Promise<INestMicroservice> => {
  @Module({ controllers: [controllerOf(operation, handler)] })
  class AppModule {}
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    ...natsServer({ service: operation.service, ...options }),
    logger: false,
  });
  await app.listen();
  return app;
};
