import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import ts from 'typescript-eslint';

/** Which project may depend on which, by tag. `type:secrets` and `type:testing` are narrowed further below. */
const boundaries = [
  { sourceTag: 'type:kernel', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:secrets', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: ['type:kernel'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:kernel', 'type:platform'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:kernel', 'type:platform', 'type:contract'] },
  {
    // What runs, tests and measures the product; no part of it depends on these.
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:contract', 'type:platform', 'type:testing', 'type:tool'],
  },
  {
    sourceTag: 'type:service',
    onlyDependOnLibsWithTags: ['type:kernel', 'type:contract', 'type:platform', 'type:secrets', 'type:testing'],
  },
  ...['registry', 'approval', 'audit', 'gateway-graphql'].map((scope) => ({
    sourceTag: `scope:${scope}`,
    notDependOnLibsWithTags: ['type:secrets'],
  })),
];

const noService = { regex: '^@keyledger/service-', message: 'A service is known by its contract only.' };
const noTesting = { regex: '/testing(/|$)', message: 'Test helpers are for tests; import them in spec files only.' };

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.cache/**', 'tools/fences/planted/**'] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@nx/enforce-module-boundaries': ['error', { allow: [], depConstraints: boundaries }],
      'no-restricted-imports': ['error', { patterns: [noService, noTesting] }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
        { object: 'process', property: 'exit', message: 'Set process.exitCode and let the process end.' },
      ],
      'no-warning-comments': ['error', { terms: ['fixme', 'xxx', 'hack'], location: 'anywhere' }],
    },
  },
  {
    files: ['services/*/src/domain/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "MemberExpression[object.name='Date'][property.name='now']", message: 'Time arrives as data.' },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time arrives as data.' },
        {
          selector: 'CallExpression[callee.name=/^(randomUUID|randomBytes|newId)$/]',
          message: 'Ids and randomness arrive as data.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'Randomness arrives as data.',
        },
      ],
    },
  },
  {
    files: ['**/config.ts', 'infra/dev/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: [
      '**/*.spec.ts',
      '**/*.contract.ts',
      '**/*.fake.ts',
      '**/testing/**/*.ts',
      '**/test/**/*.ts',
      'infra/**/*.ts',
      'bench/**/*.ts',
      'libs/testing/**/*.ts',
    ],
    rules: {
      'no-restricted-imports': ['error', { patterns: [noService] }],
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    // What lies inside a service and shows in no message can be measured as well.
    files: ['bench/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      '@nx/enforce-module-boundaries': [
        'error',
        { allow: ['@keyledger/secrets', '@keyledger/service-vault/src/**'], depConstraints: boundaries },
      ],
    },
  },
  {
    // Specs of a platform lib run against the servers of libs/testing, which depends on none of them.
    files: ['libs/*/test/**/*.ts', 'libs/*/src/**/*.spec.ts'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { allow: ['@keyledger/testing'], depConstraints: boundaries }],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        fetch: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  prettier,
);
