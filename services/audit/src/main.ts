import { runService } from '@keyledger/nest-kit';
import { auditModule } from './audit.module.ts';
import { readConfig } from './config.ts';
import { start } from './start.ts';

await runService('audit', { readConfig, module: auditModule, start });
