// Every daemon of a cluster's storage core as a host of its own: a network namespace and a cable to a
// switch, which is a namespace too and may drop what goes through it. Nothing is answered for what is
// dropped, as when a cable is pulled. Needs root, ip and nft.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { run, until } from '../../integration/lib/process.mjs';

const RESTART_MS = 30_000;
const ENDPOINTS = ['account', 'files', 'upload', 'download', 'admin'];
const FIRST_HOST = 10; // the last byte of its address; this machine has 1

// What is dropped of a host's packets.
export const Way = { both: 'both', in: 'in', out: 'out' };

// Why there can be no such network here; undefined when there can.
export async function whyNoNetwork() {
  if (process.getuid() !== 0) return 'needs root, to make network namespaces';
  const probe = `yd-probe-${process.pid}`;
  try {
    await run('ip', ['netns', 'add', probe]);
  } catch (error) {
    return `no network namespace: ${lastLine(error)}`;
  }
  try {
    await ip('-n', probe, 'link', 'add', 'name', 'bridge0', 'type', 'bridge');
    await filter(probe, [{ cable: 'none', way: Way.both }]);
    return undefined;
  } catch (error) {
    return `no bridge that drops packets: ${lastLine(error)}`;
  } finally {
    await run('ip', ['netns', 'delete', probe]);
  }
}

export class Network {
  // Moves the daemons of a running cluster into hosts of their own; the endpoints stay on this one, and
  // are told. `stack` has the new addresses afterwards. `./yundisk up` and status know nothing of the
  // hosts, so they wait until the network is destroyed.
  static async around(stack) {
    const network = new Network(stack);
    try {
      await network.build();
      await network.moveIn();
      return network;
    } catch (error) {
      await network.destroy();
      throw error;
    }
  }

  constructor(stack) {
    this.stack = stack;
    // Names of interfaces have 15 characters at most.
    this.name = `yd${randomInt(16 ** 4)
      .toString(16)
      .padStart(4, '0')}`;
    this.prefix = `10.${200 + randomInt(50)}.${randomInt(256)}`;
    this.switch = `${this.name}-switch`;
    const { trackers, id_servers, storages } = stack;
    this.before = { trackers, id_servers, storages };
    this.hosts = new Map(
      Object.keys({ ...trackers, ...id_servers, ...storages }).map((service, i) => [
        service,
        {
          namespace: `${this.name}-${service}`,
          cable: `cable${i}`,
          address: `${this.prefix}.${FIRST_HOST + i}`,
        },
      ]),
    );
    this.cuts = new Map(); // service -> { cable, way, from }
    // Also when the test is interrupted.
    this.sweep = () => {
      for (const namespace of this.namespaces())
        spawnSync('ip', ['netns', 'delete', namespace], { stdio: 'ignore' });
    };
    process.once('exit', this.sweep);
  }

  async build() {
    await run('ip', ['netns', 'add', this.switch]);
    await ip('-n', this.switch, 'link', 'add', 'name', 'bridge0', 'type', 'bridge');
    await ip('-n', this.switch, 'link', 'set', 'bridge0', 'up');
    await ip(
      'link',
      'add',
      this.name,
      'type',
      'veth',
      'peer',
      'name',
      'here',
      'netns',
      this.switch,
    );
    await this.plugIn('here');
    await ip('address', 'add', `${this.prefix}.1/24`, 'dev', this.name);
    await ip('link', 'set', this.name, 'up');
    for (const { namespace, cable, address } of this.hosts.values()) {
      await run('ip', ['netns', 'add', namespace]);
      const ends = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace];
      await ip('link', 'add', cable, 'netns', this.switch, ...ends);
      await this.plugIn(cable);
      await ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) await ip('-n', namespace, 'link', 'set', device, 'up');
    }
  }

  plugIn(cable) {
    return ip('-n', this.switch, 'link', 'set', cable, 'master', 'bridge0', 'up');
  }

  async moveIn() {
    this.configuration = await readFile(this.stack.configuration, 'utf8');
    await writeFile(this.stack.configuration, this.withNewAddresses(this.configuration));
    for (const kind of Object.keys(this.before))
      this.stack[kind] = Object.fromEntries(
        Object.entries(this.before[kind]).map(([service, old]) => [
          service,
          this.moved(service, old),
        ]),
      );
    for (const service of this.hosts.keys()) await this.wrap(service);
    const services = [...this.hosts.keys(), ...ENDPOINTS];
    await Promise.all(services.map((service) => this.restart(service)));
  }

  // "127.0.0.1:port" with the address of the service's host.
  moved(service, address) {
    return address.replace(/^.*:/, `${this.hosts.get(service).address}:`);
  }

  // The daemons' addresses wherever they stand, and where the storages listen for HTTP.
  withNewAddresses(toml) {
    let text = toml;
    for (const addresses of Object.values(this.before))
      for (const [service, old] of Object.entries(addresses))
        text = text.replaceAll(`"${old}"`, `"${this.moved(service, old)}"`);
    return text.replace(
      /(\[storage\.(\w+)\][^[]*?http_listen = ")[^:]*/g,
      (_, before, instance) => before + this.hosts.get(`storaged-${instance}`).address,
    );
  }

  // From its next start on the service runs inside its host.
  async wrap(service) {
    const script = path.join(this.stack.services, service, 'run');
    const inside = `exec nsenter --net=/run/netns/${this.hosts.get(service).namespace} `;
    await writeFile(script, (await readFile(script, 'utf8')).replace(/^exec /m, inside));
  }

  async restart(service) {
    const before = await this.stack.pid(service);
    await this.stack.supervise('-r', service);
    await until(
      `${service} is started again`,
      async () => {
        const now = await this.stack.pid(service);
        return now !== null && now !== before;
      },
      RESTART_MS,
    );
  }

  // From now on the packets of a service's host are dropped: all of them, or those between it and
  // another service. A second cut of the same host takes the place of the first.
  async cut(service, { way = Way.both, from } = {}) {
    const { cable } = this.hosts.get(service);
    this.cuts.set(service, { cable, way, from: from && this.hosts.get(from).cable });
    await filter(this.switch, [...this.cuts.values()]);
  }
  async heal(service) {
    if (this.cuts.delete(service)) await filter(this.switch, [...this.cuts.values()]);
  }
  async healAll() {
    this.cuts.clear();
    await filter(this.switch, []);
  }

  // What the stack was before; it must not be running.
  async destroy() {
    if (this.configuration !== undefined)
      await writeFile(this.stack.configuration, this.configuration);
    Object.assign(this.stack, this.before);
    process.off('exit', this.sweep);
    // The cables go with the namespaces.
    for (const namespace of this.namespaces())
      await run('ip', ['netns', 'delete', namespace]).catch(() => {});
  }

  namespaces() {
    return [...[...this.hosts.values()].map(({ namespace }) => namespace), this.switch];
  }
}

const ip = (...args) => run('ip', args);

// Makes the switch drop exactly this.
function filter(namespace, cuts) {
  const rules = cuts.flatMap(({ cable, way, from }) => [
    ...(way === Way.in ? [] : [rule(cable, from)]),
    ...(way === Way.out ? [] : [rule(from, cable)]),
  ]);
  // A table is made before it is deleted, because one that is not there cannot be.
  const text = `table bridge cut {\n}\ndelete table bridge cut\ntable bridge cut {
    chain forward {\n type filter hook forward priority 0\n ${rules.join('\n')}\n }\n}\n`;
  return run('nsenter', [`--net=/run/netns/${namespace}`, 'nft', text]);
}

function rule(from, to) {
  const ends = [from && `iifname "${from}"`, to && `oifname "${to}"`];
  return `${ends.filter(Boolean).join(' ')} drop`;
}

const lastLine = (error) => error.message.trim().split('\n').at(-1);
