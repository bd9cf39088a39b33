import { runService } from '@keyledger/nest-kit';
import { readConfig } from './config.ts';
import { deliveryModule } from './delivery.module.ts';
import { checks, start } from './start.ts';

await runService('delivery', { readConfig, module: deliveryModule, start, checks });
