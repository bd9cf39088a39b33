import { runService } from '@keyledger/nest-kit';
import { readConfig } from './config.ts';
import { deliveryModule } from './delivery.module.ts';
import { start } from './start.ts';

await runService('delivery', { readConfig, module: deliveryModule, start });
