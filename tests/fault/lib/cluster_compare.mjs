// What a load has to find again: every object, whole, on every member of its group; nothing that was
// deleted; and members that agree on what nobody was told.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { until } from '../../integration/lib/process.mjs';
import * as wire from '../../integration/lib/wire.mjs';
import { ClusterClient } from './cluster_client.mjs';
import { contentOf, isGone, judge, keyOf, OWNER, overConnections } from './objects.mjs';

const IN_STEP_MS = 600_000;
const AGREE_MS = 30_000;
const LOOK_AGAIN_MS = 200;
const CONNECTIONS = 8;
const ENOUGH = 20; // to see what is wrong

// Throws when anything differs; says what was compared.
export async function compare(load, when) {
  const comparison = new Comparison(load, when);
  const groups = await comparison.membersInStep();
  for (const [group, members] of groups) {
    for (const address of members) {
      await comparison.overAll(load.there, group, [address], comparison.isWhole);
      await comparison.overAll(load.deleted, group, [address], comparison.isDeleted);
    }
    await comparison.overAll(load.undecided, group, members, comparison.isAgreedOn);
  }
  comparison.throwIfAnyIsWrong();
  const { replicas } = comparison;
  const sizes = [...groups.values()].map((members) => members.length);
  return (
    `${when}: ${replicas} replicas of ${load.there.size} objects compared (SHA-256 and every byte) on ` +
    `${sizes.join(' + ')} storages; ${load.deleted.size} deletions hold, members agree on ` +
    `${load.undecided.size} uploads without an answer`
  );
}

class Comparison {
  constructor(load, when) {
    this.when = when;
    this.stack = load.stack;
    this.secret = load.secret;
    this.wrong = [];
    this.replicas = 0;
  }

  // group -> addresses, once every storage that the trackers know is active.
  async membersInStep() {
    let groups = null;
    const look = async () => {
      const client = new ClusterClient(this.stack, this.secret, OWNER);
      groups = await client.groups().catch(() => null);
      client.close();
      return groups !== null;
    };
    await until('every storage is active', look, IN_STEP_MS);
    return groups;
  }

  // Calls `check(object, connections)`, with a connection to each of the addresses; it says whether they
  // are still of use.
  overAll(list, group, addresses, check) {
    const open = async () => {
      const opened = addresses.map((address) => wire.WireConnection.open(address, this.secret));
      const connections = await Promise.all(opened);
      connections.close = () => connections.forEach((connection) => connection.close());
      return connections;
    };
    return overConnections(list.in(group), open, check.bind(this), CONNECTIONS);
  }

  async isWhole(object, [connection]) {
    const { key, content } = thatOf(object);
    const verdict = await this.settled(connection, key, content);
    const stat = verdict.state === 'whole' && (await connection.call(wire.stat(key)));
    const sha256 = createHash('sha256').update(content).digest();
    const told = stat && stat.body?.subarray(12, 44);
    if (!told || !sha256.equals(told)) this.note(object, connection, verdict);
    this.replicas += 1;
    return verdict.state !== 'cut';
  }

  async isDeleted(object, [connection]) {
    const { key, content } = thatOf(object);
    const verdict = await this.settled(connection, key, content);
    if (!isGone(verdict)) this.note(object, connection, verdict);
    return verdict.state !== 'cut';
  }

  // What one member lacks it may still bring from another.
  async isAgreedOn(object, connections) {
    const { key, content } = thatOf(object);
    const deadline = Date.now() + AGREE_MS;
    for (;;) {
      const verdicts = [];
      for (const connection of connections)
        verdicts.push(await this.settled(connection, key, content));
      if (verdicts.every(({ state }) => state === 'whole') || verdicts.every(isGone)) return true;
      if (Date.now() > deadline) {
        verdicts.forEach((verdict, i) => this.note(object, connections[i], verdict));
        return false;
      }
      await sleep(LOOK_AGAIN_MS);
    }
  }

  // A verdict; a member that still catches up gives none.
  async settled(connection, key, content) {
    const deadline = Date.now() + IN_STEP_MS;
    for (;;) {
      const verdict = await judge(connection, key, content);
      const later = verdict.number === wire.ErrorNumber.unavailable && Date.now() < deadline;
      if (!later) return verdict;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  note({ group, number }, connection, { state, text }) {
    const { remoteAddress, remotePort } = connection.socket;
    this.wrong.push(`${group}/${number} on ${remoteAddress}:${remotePort}: ${state} ${text ?? ''}`);
    if (this.wrong.length >= ENOUGH) this.throwIfAnyIsWrong();
  }

  throwIfAnyIsWrong() {
    if (this.wrong.length > 0)
      throw new Error(`${this.wrong.length} or more lost ${this.when}:\n${this.wrong.join('\n')}`);
  }
}

const thatOf = ({ group, number, size }) => ({
  key: keyOf(group, number),
  content: contentOf(number, size),
});
