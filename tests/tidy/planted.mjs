// For each rule a tree that is right, and changes to it that are each wrong in exactly one place.

const lines = (count, line = '  ++i;') => `${line}\n`.repeat(count);
// Joined here so that the rules do not find these words in this file.
const OPEN_END = 'TO' + 'DO';

export const PLANTED = {
  layering: {
    good: {
      'common/base/a.h': '#pragma once\n#include <string>\n// #include "cgi/files/in_a_comment.h"\n',
      'common/net/CMakeLists.txt': 'yundisk_library(net base)\n',
      'common/base/CMakeLists.txt': 'yundisk_library(base fmt::fmt)\n',
      'cgi/disk/CMakeLists.txt': 'yundisk_library(disk base)\n',
      'cgi/files/list.cc': '#include "cgi/disk/tree.h"\n#include "common/fastcgi/request.h"\n',
      'storage_core/storage/s.cc': '#include "common/net/server.h"\n#include "storage_core/client/cluster.h"\n',
      'tests/unit/common/base/a_test.cc': '#include "common/base/a.h"\n#include "tests/support/t.h"\n',
    },
    bad: {
      'an include downwards': {
        files: { 'common/base/b.cc': '#include "common/net/server.h"\n' }, says: /common\/base may not include/ },
      'a daemon that includes another': {
        files: { 'storage_core/tracker/t.cc': '#include "storage_core/storage/s.h"\n' }, says: /tracker may not include/ },
      'an endpoint that includes another': {
        files: { 'cgi/files/x.cc': '#include "cgi/upload/y.h"\n' }, says: /cgi\/files may not include/ },
      'an endpoint that includes a daemon': {
        files: { 'cgi/files/x.cc': '#include "storage_core/storage/s.h"\n' }, says: /cgi\/files may not include/ },
      'the player including the rest': {
        files: { 'player/x.cc': '#include "common/base/a.h"\n' }, says: /player may not include/ },
      'a unit test that includes downwards': {
        files: { 'tests/unit/common/base/b_test.cc': '#include "cgi/disk/tree.h"\n' }, says: /base may not include/ },
      'libfcgi outside its wrapper': {
        files: { 'cgi/disk/x.cc': '#include <fcgiapp.h>\n' }, says: /belongs to common\/fastcgi/ },
      'a folder nobody placed': {
        files: { 'common/new/x.cc': '#include "common/base/a.h"\n' }, says: /not in the layering table/ },
      'headers in a circle': {
        files: { 'common/net/p.h': '#include "common/net/q.h"\n', 'common/net/q.h': '#include "common/net/p.h"\n' },
        says: /p\.h -> common\/net\/q\.h -> common\/net\/p\.h/ },
      'a link downwards': {
        files: { 'common/base/CMakeLists.txt': 'yundisk_library(base\n  net)\n' }, says: /base may not link net/ },
    },
  },
  unfinished: {
    good: { 'a.cc': '// The XXXL size and a todo list in small letters.\n' },
    bad: {
      'an open end': { files: { 'b.cc': `int x;\n// ${OPEN_END}: later\n` }, says: /b\.cc:2: "TO.O"/ },
      'a stub': { files: { 'c.sh': `echo "not ${'implemented'}"\n` }, says: /c\.sh:1/ },
    },
  },
  size: {
    good: {
      'a.cc': `void F() {\n${lines(68)}}\n${lines(400, '// why')}`,
      'b.h': `namespace a {\nclass C {\n${lines(100, '  int x;')}};\n}\n`,
      'c.mjs': `function f() {\n${lines(60)}}\n`,
    },
    bad: {
      'a file of 501 lines': { files: { 'd.cc': lines(501, '// why') }, says: /d\.cc:1: 501 lines/ },
      'a C++ function of 71 lines': {
        files: { 'd.cc': `Foo::Foo(int x)\n    : x_{x} {\n${lines(68)}}\n` }, says: /d\.cc:1: Foo::Foo has 71 lines/ },
      'a method of 71 lines': { files: { 'd.h': `class C {\n  void F() {\n${lines(69)}  }\n};\n` }, says: /d\.h:2: F has 71/ },
      'a shell function of 71 lines': { files: { 'd.sh': `f() {\n${lines(69, '  true')}}\n` }, says: /d\.sh:1: f has 71/ },
      'a script function of 71 lines': {
        files: { 'd.mjs': `export async function f(a) {\n${lines(69)}}\n` }, says: /d\.mjs:1: f has 71/ },
    },
  },
  'unit tests': {
    good: {
      'common/base/small.cc': 'int F() {\n  return 1;\n}\n',
      'common/base/own.cc': `#include "common/base/own.h"\nvoid F() {\n${lines(30)}}\n`,
      'tests/unit/common/base/own_test.cc': '#include <string>\n',
      'common/db/parts.h': '#pragma once\n',
      'common/db/part_one.cc': `#include "common/db/parts.h"\nvoid F() {\n${lines(30)}}\n`,
      'tests/unit/common/db/parts_test.cc': '#include "common/db/parts.h"\n',
      'common/base/main.cc': `int main() {\n${lines(30)}}\n`,
    },
    bad: {
      'logic without a test': {
        files: { 'common/base/bare.h': '', 'common/base/bare.cc': `#include "common/base/bare.h"\nvoid F() {\n${lines(30)}}\n` },
        says: /bare\.cc:1: 32 lines of logic.*bare_test\.cc/ },
    },
  },
  configuration: {
    good: {
      'common/base/c.h': 'f.Text("log.level", x);\n// f.Text("only.comment", x);\n',
      'common/net/l.cc': 'fields.Integer(key("limit"), x, {1, 2});\n',
      'storage_core/tracker/c.h': 'limits.Describe(fields, "tracker");\nf.Text("tracker.name", x);\n',
      'docs/configuration.md': '| `log.level` | info |\n| `tracker.limit` | 1 |\n| `tracker.name` | |\n',
      'launcher/x.toml': 'top = 1\n[log]\nlevel = "info"\n[tracker.second]\nname = "2"\n',
    },
    bad: {
      'a documented key that nobody reads': {
        files: { 'docs/configuration.md': '| `log.level` |\n| `tracker.limit` |\n| `tracker.name` |\n| `log.colour` |\n' },
        says: /configuration\.md:4: no program knows the key 'log\.colour'/ },
      'a key without documentation': {
        files: { 'cgi/disk/c.h': 'f.Duration("web.ttl_s", x, {1, 2});\n' }, says: /'web\.ttl_s' is not in docs/ },
      'a template with an unknown key': {
        files: { 'launcher/x.toml': '[log]\nlevle = "info"\n' }, says: /x\.toml:2: no program knows the key 'log\.levle'/ },
    },
  },
  text: {
    good: { 'a.md': 'Plain.\n\nSee /home/user/x and ~/.local/x.\n', 'empty': '' },
    bad: {
      'a tab': { files: { 'b.cc': 'int\tx;\n' }, says: /b\.cc:1: a tab/ },
      'a space at the end': { files: { 'b.cc': 'int x; \n' }, says: /a space at the end/ },
      'a CR': { files: { 'b.cc': 'int x;\r\n' }, says: /a CR/ },
      'a last line without its newline': { files: { 'b.cc': 'int x;\nint y;' }, says: /b\.cc:2: no newline/ },
      'somebody\'s home folder': { files: { 'b.md': `cd /${'home'}/jane/src\n` }, says: /on somebody's machine/ },
      'the folder of the checkout': { files: { 'b.md': 'cd /srv/checkouts/yundisk/build\n' }, says: /on this machine/ },
      'a folder around the checkout': { files: { 'b.md': 'see "/srv/checkouts/notes.md"\n' }, says: /on this machine/ },
    },
  },
  headers: {
    good: { 'a.h': '// What a is for.\n#pragma once\n', 'b_c.cc': '' },
    bad: {
      'a header without a guard': { files: { 'x.h': '// What x is for.\n' }, says: /no #pragma once/ },
      'a header that does not say what it is for': { files: { 'x.h': '#pragma once\n' }, says: /begins with a comment/ },
      'a file name in CamelCase': { files: { 'MainWindow.cc': '' }, says: /snake_case/ },
      'another ending': { files: { 'x.cpp': '' }, says: /snake_case/ },
    },
  },
  documents: {
    good: {
      'docs/a.md': '[b](b.md#part) [out](https://example.org/x) [up](../README.md) [folder](../sql/)\n',
      'docs/b.md': '', 'README.md': '', 'sql/0001_initial.sql': '',
    },
    bad: {
      'a link to nothing': { files: { 'docs/c.md': 'x\n[d](d.md)\n' }, says: /docs\/c\.md:2: 'd\.md' is not there/ },
      'a gap in the migrations': { files: { 'sql/0003_more.sql': '' }, says: /sql\/0002_/ },
    },
  },
};
