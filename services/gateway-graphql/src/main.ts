import 'reflect-metadata';
import { runService } from '@keyledger/nest-kit';
import { readConfig } from './config.ts';
import { gatewayModule } from './gateway.module.ts';
import { configureHttp } from './http/configure-http.ts';
import { start } from './start.ts';

await runService('gateway', {
  readConfig,
  module: gatewayModule,
  start,
  http: {
    address: ({ http }) => http,
    options: { bodyParser: false }, // mounted behind GraphQL, which reads bodies itself
    configure: configureHttp,
  },
});
