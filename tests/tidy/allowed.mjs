// Violations that have a reason. An entry that no longer matches anything fails the test, so none is left behind.
//   { rule, file, what: 'the beginning of the message after "file:line: "', why }
export const ALLOWED = [
];
