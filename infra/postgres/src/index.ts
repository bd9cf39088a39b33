export { provisioningDigest } from './digest.ts';
export {
  databaseSettings,
  type DatabaseService,
  databaseServices,
  provision,
  roleOf,
  type RolePasswords,
} from './provisioning.ts';
