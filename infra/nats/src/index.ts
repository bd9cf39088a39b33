export { permissionsOf } from './permissions.ts';
export { reactions } from './reactions.ts';
export { requestSubjectsOf } from './requests.ts';
export { ADMIN_USER, natsServerConfig, type NatsServerConfig, type NatsUser } from './server-config.ts';
