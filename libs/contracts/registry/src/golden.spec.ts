import { goldenContract } from '@keyledger/messaging/testing';
import * as contract from './index.ts';
import { golden } from './testing/golden.ts';

goldenContract(contract, golden);
