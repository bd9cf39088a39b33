import { runService } from '@keyledger/nest-kit';
import { readConfig } from './config.ts';
import { registryModule } from './registry.module.ts';
import { start } from './start.ts';

await runService('registry', { readConfig, module: registryModule, start });
