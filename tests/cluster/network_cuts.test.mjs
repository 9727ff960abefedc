// Cables are pulled: of a storage, of a tracker, of an ID server, between the members of a group; packets
// vanish in both directions or in one. Clients read on within 2 s, nobody denies what was acknowledged,
// and who was away has everything afterwards.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';

import { Network, Way, whyNoNetwork } from '../fault/lib/network.mjs';
import { Cli, Exit } from '../integration/lib/cli.mjs';
import { signUp } from '../integration/lib/disk.mjs';
import { until } from '../integration/lib/process.mjs';
import { scratchFolder, startStack } from '../integration/lib/stack.mjs';
import { ErrorNumber } from '../integration/lib/wire.mjs';
import { allActive, within } from './lib/cluster.mjs';
import { membersOf, readFrom } from './lib/members.mjs';

const READ_WITHIN_MS = 2000;
const WRITE_WITHIN_MS = 20_000; // an upload under way is waited for
const READ_BY_CLI = 4;
const CATCH_UP_MS = 60_000;
const FOUR = ['1a', '1b', '2a', '2b'];
const SIZES = [1, 4000, 300_000];

describe('network cuts', { skip: await whyNoNetwork() }, () => {
  let stack, scratch, network, disk, cli;
  const objects = new Map(); // id -> content, uploaded by the command line
  const files = new Map(); // path -> content, uploaded through HTTP

  before(async () => {
    stack = await startStack({ profile: 'cluster' });
    scratch = await mkdtemp(path.join(scratchFolder(), 'cuts-'));
    // Group 2 goes on without one of its members.
    const toml = await readFile(stack.configuration, 'utf8');
    await writeFile(stack.configuration, toml.replace(/^group = "2"$/gm, '$&\nmin_replicas = 1'));
    network = await Network.around(stack);
    await allActive(stack, FOUR);
    cli = new Cli(stack);
    disk = await signUp(stack.url);
  });
  after(async () => {
    await stack?.stop();
    await network?.destroy();
    await stack?.destroy();
    await rm(scratch, { recursive: true, force: true });
  });

  afterEach(() => network.healAll());

  async function uploadTo(group, size) {
    const content = randomBytes(size);
    const file = path.join(scratch, 'upload');
    await writeFile(file, content);
    const id = `${group}/cut-${randomBytes(6).toString('hex')}`;
    await within(WRITE_WITHIN_MS, `uploading ${id}`, () =>
      cli.succeeds('upload', file, '--id', id),
    );
    objects.set(id, content);
    return id;
  }

  async function uploadFile(size) {
    const content = randomBytes(size);
    const name = `/file-${files.size}`;
    const reply = await within(WRITE_WITHIN_MS, name, () => disk.put(name, content));
    assert.equal(reply.status, 201, `${name}: ${reply.text}`);
    files.set(name, content);
  }

  // The endpoint keeps its connections, also those that have just been cut; the command line finds out
  // anew, every time, so it reads the newest only.
  async function everythingIsRead() {
    for (const [name, content] of files) {
      const reply = await within(READ_WITHIN_MS, name, () => disk.get(name));
      assert.equal(reply.status, 200, `${name}: ${reply.text.slice(0, 200)}`);
      assert.ok(reply.body.equals(content), name);
    }
    for (const [id, content] of [...objects].slice(-READ_BY_CLI)) {
      const read = await within(READ_WITHIN_MS, id, () => cli.succeeds('download', id, '-'));
      assert.ok(read.equals(content), id);
    }
  }

  // What one storage says to each object of its group: 'whole', or the number of a refusal.
  async function answersOf(service) {
    const answers = [];
    for (const [id, content] of objects) {
      if (!membersOf(stack, id.split('/')[0]).includes(service)) continue;
      const answer = await readFrom(stack, service, id);
      assert.ok(!Buffer.isBuffer(answer) || answer.equals(content), `${service}: ${id}`);
      answers.push(Buffer.isBuffer(answer) ? 'whole' : answer);
    }
    return answers;
  }
  async function deniesNothing(service) {
    for (const answer of await answersOf(service))
      assert.ok(answer === 'whole' || answer === ErrorNumber.unavailable, `${service}: ${answer}`);
  }
  async function everyMemberHasEverything() {
    await allActive(stack, FOUR);
    for (const service of Object.keys(stack.storages))
      await until(
        `${service} has everything`,
        async () => (await answersOf(service)).every((answer) => answer === 'whole'),
        CATCH_UP_MS,
      );
  }

  test('before anything is cut', async () => {
    for (const size of SIZES) {
      for (const group of ['1', '2']) await uploadTo(group, size);
      await uploadFile(size);
      await uploadFile(size);
    }
    await everyMemberHasEverything();
  });

  for (const way of Object.values(Way)) {
    test(`a storage is cut off (${way}): others are read, and written to`, async () => {
      await network.cut('storaged-1a', { way });
      await everythingIsRead();
      for (const size of SIZES) await uploadFile(size);
      await uploadTo('2', SIZES[0]);
      await everythingIsRead();
      await network.heal('storaged-1a');
      await everyMemberHasEverything();
    });

    test(`members of a group lose each other (${way}): neither denies what the other acknowledged`, async () => {
      const [first, second] = membersOf(stack, '2');
      await network.cut(first, { way, from: second });
      for (const size of SIZES) {
        await uploadTo('2', size);
        await deniesNothing(first);
        await deniesNothing(second);
      }
      await everythingIsRead();
      await network.heal(first);
      await everyMemberHasEverything();
    });

    test(`a tracker and an ID server are cut off (${way})`, async () => {
      for (const service of ['trackerd-1', 'idserverd-1']) await network.cut(service, { way });
      await everythingIsRead();
      for (const size of SIZES) await uploadFile(size);
      await network.healAll();
      await everyMemberHasEverything();
    });
  }

  test('a deletion while a member is cut off is not acknowledged; tried again it is everywhere', async () => {
    const [id] = [...objects.keys()].filter((name) => name.startsWith('1/'));
    await network.cut('storaged-1a');
    await within(WRITE_WITHIN_MS, `deleting ${id}`, () =>
      cli.fails(Exit.unavailable, 'delete', id),
    );
    objects.delete(id);
    await network.heal('storaged-1a');
    // "Not found" is the answer when the first try has left its tombstone.
    await until(`${id} can be deleted`, async () =>
      [Exit.done, Exit.not_found].includes((await cli.run('delete', id)).code),
    );
    for (const service of membersOf(stack, '1'))
      await until(`${id} is gone from ${service}`, async () => {
        const answer = await readFrom(stack, service, id).catch(() => undefined);
        return answer === ErrorNumber.not_found || answer === ErrorNumber.deleted;
      });
    await everyMemberHasEverything();
  });
});
