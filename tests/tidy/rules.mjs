// All rules. Each has `name` and `check(tree)`, which returns "file:line: message" for every violation.
import * as configuration from './rules/configuration.mjs';
import * as documents from './rules/documents.mjs';
import * as headers from './rules/headers.mjs';
import * as layering from './rules/layering.mjs';
import * as shell from './rules/shell.mjs';
import * as size from './rules/size.mjs';
import * as text from './rules/text.mjs';
import * as unfinished from './rules/unfinished.mjs';
import * as unitTests from './rules/unit_tests.mjs';

export const RULES = [layering, unfinished, size, unitTests, configuration, text, headers, documents, shell];
