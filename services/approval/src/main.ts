import { runService } from '@keyledger/nest-kit';
import { approvalModule } from './approval.module.ts';
import { readConfig } from './config.ts';
import { checks, start } from './start.ts';

await runService('approval', { readConfig, module: approvalModule, start, checks });
