// The members of a group, each by itself: where its data is, and what it has.
import { readFile } from 'node:fs/promises';

import { WireConnection, download } from '../../integration/lib/wire.mjs';

// The folder of a storage's data.
export async function dataFolder(stack, service) {
  const instance = service.slice(service.indexOf('-') + 1);
  const toml = await readFile(stack.configuration, 'utf8');
  const table = toml.slice(toml.indexOf(`[storage.${instance}]`));
  return /data_directory = "(.*)"/.exec(table)[1];
}

// Runs `ask(connection)` with an authenticated connection to one storage, by the name of its service.
export async function withStorage(stack, service, ask) {
  const connection = await WireConnection.open(stack.storages[service], await stack.secret());
  try {
    return await ask(connection);
  } finally {
    connection.close();
  }
}

// An object of the command line's as one storage has it: its content, or the number of the error.
export async function readFrom(stack, service, file) {
  const key = { application: 'cli', user: 'cli', file };
  const reply = await withStorage(stack, service, (connection) => connection.call(download(key)));
  return reply.error ? reply.error.number : reply.body;
}

// The services of the storages of a group: those whose node begins with its name.
export function membersOf(stack, group) {
  return Object.keys(stack.storages).filter((name) =>
    new RegExp(`^storaged-${group}[a-z]+$`).test(name),
  );
}
