import { answeringServices, deskUserOf, type ServiceName, serviceNames } from '@keyledger/messaging';
import { deskPermissionsOf, type Permissions, permissionsOf } from './permissions.ts';

/** May do everything: for operators and for the development stack. Services never log in as this user. */
export const ADMIN_USER = 'admin';

export type NatsUser = ServiceName | typeof ADMIN_USER;

/** Password of each user, and of the desk of a service; a user without one is left out. */
export type NatsPasswords = Readonly<Partial<Record<NatsUser, string>>>;

const quoted = (text: string): string => JSON.stringify(text);

const list = (subjects: readonly string[], indent: string): string =>
  subjects.length === 0
    ? '[]'
    : `[\n${subjects.map((subject) => `${indent}  ${quoted(subject)}`).join('\n')}\n${indent}]`;

/** A reply may come as long after the request as callers wait at most. */
const RESPONSES = '{ max: 1, expires: "2m" }';

/** An empty list of what is allowed would allow everything. */
const NOTHING = 'deny: ">"';

const permissionsText = ({ publish, subscribe, answers }: Permissions): string =>
  [
    '      permissions {',
    `        publish { ${publish.length === 0 ? NOTHING : `allow: ${list(publish, '        ')}`} }`,
    `        subscribe { allow: ${list(subscribe, '        ')} }`,
    ...(answers ? [`        allow_responses: ${RESPONSES}`] : []),
    '      }',
  ].join('\n');

const userText = (user: string, password: string, permissions?: Permissions): string =>
  [
    '    {',
    `      user: ${quoted(user)}`,
    `      password: ${quoted(password)}`,
    ...(permissions === undefined ? [] : [permissionsText(permissions)]),
    '    }',
  ].join('\n');

const withPassword = (
  services: readonly ServiceName[],
  passwords: NatsPasswords,
  text: (service: ServiceName, password: string) => string,
): string[] =>
  services.flatMap((service) => {
    const password = passwords[service];
    return password === undefined ? [] : [text(service, password)];
  });

/** The part of nats-server's configuration that says who may log in and what they may do. */
export const natsAccounts = (passwords: NatsPasswords): string => {
  const { admin } = passwords;
  const users = [
    ...(admin === undefined ? [] : [userText(ADMIN_USER, admin)]),
    ...withPassword(serviceNames, passwords, (service, password) =>
      userText(service, password, permissionsOf(service)),
    ),
    ...withPassword(answeringServices, passwords, (service, password) =>
      userText(deskUserOf(service), password, deskPermissionsOf(service)),
    ),
  ];
  return `authorization {\n  users: [\n${users.join('\n')}\n  ]\n}\n`;
};

export interface NatsServerConfig {
  readonly users: NatsPasswords;
  readonly port: number;
  /** Default: this machine only. */
  readonly host?: string;
  /** Where JetStream keeps its data. */
  readonly storeDirectory: string;
  readonly maxFileStore?: string;
}

/** A whole configuration file for one server with JetStream. */
export const natsServerConfig = ({
  users,
  port,
  host = '127.0.0.1',
  storeDirectory,
  maxFileStore = '10GB',
}: NatsServerConfig): string => `listen: ${quoted(`${host}:${port}`)}
jetstream { store_dir: ${quoted(storeDirectory)}, max_memory_store: 64MB, max_file_store: ${maxFileStore} }
max_payload: 1MB
${natsAccounts(users)}`;
