import { runService } from '@keyledger/nest-kit';
import { readConfig } from './config.ts';
import { checks, handover, start } from './start.ts';
import { vaultModule } from './vault.module.ts';

await runService('vault', { readConfig, module: vaultModule, start, checks, handover });
