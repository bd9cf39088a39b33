import { goldenContract, goldenFiles } from '@keyledger/messaging/testing';
import * as contract from './index.ts';

goldenContract(contract, goldenFiles(new URL('../golden/', import.meta.url)));
