import { goldenFiles } from '@keyledger/messaging/testing';

/** Every message of this contract as some release wrote it. */
export const golden = goldenFiles(new URL('../../golden/', import.meta.url));
