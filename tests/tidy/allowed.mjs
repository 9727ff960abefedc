// Violations that have a reason. An entry that no longer matches anything fails the test, so none is left behind.
//   { rule, file, what: 'the beginning of the message after "file:line: "', why }
export const ALLOWED = [
  {
    rule: 'unit tests',
    file: 'storage_core/cli/commands.cc',
    what: '',
    why: 'Commands are calls of the client; tests/integration/cli.test.mjs runs each of them against real daemons.',
  },
];
