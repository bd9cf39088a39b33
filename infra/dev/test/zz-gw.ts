import { startStack } from '../src/index.ts';
import { mkdtempSync } from 'node:fs';
const dir = mkdtempSync('/tmp/gwe2e/data-');
const t0 = Date.now();
const { stack, adminPassword } = await startStack({ dataDirectory: dir, ports: 'free', environment: { PATH: process.env.PATH, LOG_LEVEL: 'info' }, configFile: '/tmp/gwe2e/keyledger.yaml',
  tell: (e) => console.log(e.kind === 'line' ? `[${e.part}] ${e.line}` : JSON.stringify(e)) });
console.log('UP', Date.now() - t0, stack.ports);
const { writeFileSync, existsSync } = await import('node:fs');
writeFileSync('/tmp/gwe2e/env.json', JSON.stringify({ ports: stack.ports, password: adminPassword?.value, replicas: stack.replicas }));
while (!existsSync('/tmp/gwe2e/stop')) await new Promise((r) => setTimeout(r, 200));
await stack.stop(); console.log('STOPPED');
