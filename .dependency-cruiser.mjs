// The layers inside a service. Nx tags guard the borders between projects; see eslint.config.mjs.
const SERVICE = '^services/([^/]+)/src'; // $1 is the service
const TESTS = '\\.(spec|contract|fake|examples)\\.ts$|/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'domain-is-pure',
      comment: 'domain/ knows itself, the event-sourcing kernel and schemas; no I/O, no framework, no other layer',
      severity: 'error',
      from: { path: `${SERVICE}/domain/`, pathNot: TESTS },
      to: { pathNot: [`${SERVICE}/domain/`, '^libs/(event-sourcing|secrets)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'application-knows-no-adapter',
      severity: 'error',
      from: { path: `${SERVICE}/application/`, pathNot: TESTS },
      to: { path: `${SERVICE}/(adapters/|[^/]+\\.module|main|start)` },
    },
    {
      name: 'application-knows-no-framework',
      severity: 'error',
      from: { path: `${SERVICE}/application/`, pathNot: TESTS },
      to: { path: '(^|/)node_modules/(@nestjs|@nats-io|@eventstore|pg|graphql|nodemailer)/' },
    },
    {
      name: 'application-does-no-io',
      severity: 'error',
      from: { path: `${SERVICE}/application/`, pathNot: TESTS },
      to: { path: '^(node:)?(fs|net|http|https|tls|dns|dgram|child_process)(/|$)', dependencyTypes: ['core'] },
    },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      from: { path: `${SERVICE}/adapters/([^/]+)/`, pathNot: TESTS },
      to: { path: '^services/$1/src/adapters/', pathNot: '^services/$1/src/adapters/$2/' },
    },
    {
      name: 'services-are-islands',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'composition-root-is-a-leaf',
      severity: 'error',
      from: { path: `${SERVICE}/(domain|application|adapters)/`, pathNot: TESTS },
      to: { path: `${SERVICE}/([^/]+\\.module|main|start|config)\\.ts$` },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.cache|\\.nx)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@keyledger/source', 'import', 'types', 'node', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
