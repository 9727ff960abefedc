// A storaged by itself: a data folder, a free port, no tracker and no secret.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { freePort } from '../../integration/lib/ports.mjs';
import { until } from '../../integration/lib/process.mjs';
import * as wire from '../../integration/lib/wire.mjs';

const START_MS = 300_000; // without an index it reads every volume
const STOP_MS = 30_000;
const checkout = path.resolve(import.meta.dirname, '../../..');
export const binaries =
  process.env.YUNDISK_BIN ??
  path.join(process.env.YUNDISK_BUILD ?? path.join(checkout, 'build/release'), 'bin');

export class StorageProcess {
  // `settings`: of the table [storage], as TOML writes them.
  static async make(folder, settings = {}) {
    const storage = new StorageProcess(folder);
    storage.address = `127.0.0.1:${await freePort()}`;
    await mkdir(storage.spool, { recursive: true });
    const rows = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`);
    await writeFile(
      storage.configuration,
      `[log]\nlevel = "error"\n[cluster]\nauth = "none"\ntrackers = []\n[storage]\n` +
        `name = "1a"\nlisten = "${storage.address}"\ndata_directory = "${storage.data}"\n` +
        `spool_directory = "${storage.spool}"\n${rows.join('')}`,
    );
    return storage;
  }

  constructor(folder) {
    this.folder = folder;
    this.data = path.join(folder, 'data');
    this.spool = path.join(folder, 'spool');
    this.configuration = path.join(folder, 'yundisk.toml');
    this.log = '';
    this.detached = false; // in a session of its own
  }

  // Resolves when it answers.
  async start() {
    const child = spawn(path.join(binaries, 'storaged'), ['--config', this.configuration], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: this.detached,
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.log += text;
    });
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    await until('storaged answers', () => this.answers(), START_MS);
  }

  get pid() {
    return this.child.pid;
  }

  async answers() {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      throw new Error(`storaged ended while starting:\n${this.log.slice(-2000)}`);
    try {
      (await this.connect()).close();
      return true;
    } catch {
      return false;
    }
  }

  connect() {
    return wire.WireConnection.open(this.address);
  }

  // Ends it in order; throws when it ends any other way.
  async stop() {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    const { code, signal } = await this.ended;
    clearTimeout(timer);
    if (code !== 0)
      throw new Error(`storaged ended with ${code ?? signal}:\n${this.log.slice(-2000)}`);
  }

  hold() {
    this.child.kill('SIGSTOP');
  }
  goOn() {
    this.child.kill('SIGCONT');
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  // name -> value, as text
  async statistics() {
    const connection = await this.connect();
    const reply = await connection.call(wire.message(wire.Command.statistics));
    connection.close();
    const lines = wire.text(reply.body).trim().split('\n');
    return new Map(lines.map((line) => line.split('\t')));
  }
}
