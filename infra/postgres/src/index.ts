export { provisioningDigest } from './digest.ts';
export { type DatabaseService, databaseServices, provision, roleOf, type RolePasswords } from './provisioning.ts';
