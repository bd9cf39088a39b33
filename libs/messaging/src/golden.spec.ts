import { deadLetterOperations } from './dead-letter-operations.ts';
import { healthOperations } from './health-operations.ts';
import { goldenContract } from './testing/golden-files.contract.ts';
import { goldenFiles } from './testing/golden-files.ts';

/** What services offer besides their contracts; of each service the same, apart from its name in the subject. */
const operations = { ...deadLetterOperations('approval'), ...healthOperations('approval') };

goldenContract(operations, goldenFiles(new URL('../golden/', import.meta.url)));
