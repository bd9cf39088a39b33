import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A path inside this repository. */
export const inRepository = (...segments: string[]): string => path.join(root, ...segments);
