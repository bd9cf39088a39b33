export { type Permissions, permissionsOf } from './permissions.ts';
export { type Reaction, reactions } from './reactions.ts';
export { requestSubjectsOf } from './requests.ts';
export {
  ADMIN_USER,
  natsAccounts,
  type NatsPasswords,
  natsServerConfig,
  type NatsServerConfig,
  type NatsUser,
} from './server-config.ts';
