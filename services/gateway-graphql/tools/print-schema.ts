import { writeFile } from 'node:fs/promises';
import { printedSchema } from '../src/schema.ts';

const file = new URL('../schema.graphql', import.meta.url);
await writeFile(file, printedSchema());
