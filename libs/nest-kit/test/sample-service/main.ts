import { runService } from '../../src/index.ts';
import { readConfig } from './config.ts';
import { sampleModule } from './sample.module.ts';
import { start } from './start.ts';

await runService('registry', { readConfig, module: sampleModule, start });
