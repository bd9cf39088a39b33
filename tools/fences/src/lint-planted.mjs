// Lints texts as if they were files of the tree and prints the rules that each of them breaks.
// Input on stdin: { "<file>": "<source>" }; output: { "<file>": ["<rule id>", …] }.
// Runs as its own process: the Nx rule needs the project graph, which is made here first (without it the rule passes all).
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
process.chdir(root);
await createProjectGraphAsync({ exitOnError: true });

const syntactic = new Set([
  '@nx/enforce-module-boundaries',
  'no-restricted-imports',
  'no-restricted-properties',
  'no-restricted-syntax',
]);
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => syntactic.has(ruleId),
  overrideConfig: { languageOptions: { parserOptions: { projectService: false, project: null } } },
});

const broken = {};
for (const [file, source] of Object.entries(JSON.parse(await text(process.stdin)))) {
  const [result] = await eslint.lintText(source, { filePath: file });
  broken[file] = result.messages.map(({ ruleId, message }) => ruleId ?? message);
}
process.stdout.write(JSON.stringify(broken));
