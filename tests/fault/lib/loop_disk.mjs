// A file system of its own on a loop device, whose power can be cut. Needs root and loop devices.
import { readdir, readlink } from 'node:fs/promises';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { run, until } from '../../integration/lib/process.mjs';
import { scratchFolder } from '../../integration/lib/stack.mjs';

const DISK_BYTES = 6 * 2 ** 30; // sparse

// Why there can be no such disk here; undefined when there can.
export async function whyNoLoopDisk() {
  if (process.getuid() !== 0) return 'needs root, to mount a file system';
  try {
    await run('losetup', ['--find']);
    return undefined;
  } catch (error) {
    return `no loop device: ${error.message.split('\n').at(-1)}`;
  }
}

export class LoopDisk {
  static async make() {
    const folder = await mkdtemp(path.join(scratchFolder(), 'yl-'));
    const disk = new LoopDisk(folder);
    await writeFile(disk.image, '');
    await truncate(disk.image, DISK_BYTES);
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', disk.image]);
    await mkdir(disk.mount_point);
    await disk.mount();
    return disk;
  }

  constructor(folder) {
    this.folder = folder;
    this.image = path.join(folder, 'image');
    this.mount_point = path.join(folder, 'm');
  }

  mount() {
    return run('mount', ['-o', 'loop', this.image, this.mount_point]);
  }

  // Ends every process that uses the disk, loses what was not synced, and mounts what is left.
  // `helper`: the program ext4_shutdown.
  async cutPower(helper) {
    await this.endUsers();
    await run(helper, [this.mount_point]);
    await this.unmount();
    await this.mount();
  }

  async unmount() {
    await until('the disk is no longer used', async () => {
      await this.endUsers();
      return run('umount', [this.mount_point]).then(
        () => true,
        () => false,
      );
    });
  }

  async destroy() {
    await this.unmount();
    await rm(this.folder, { recursive: true, force: true });
  }

  // kill -9 until nobody is left: a supervisor may start something while we look.
  async endUsers() {
    for (let users; (users = await this.users()).length > 0;) {
      for (const pid of users) tryKill(pid);
    }
  }

  async users() {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const using = await Promise.all(pids.map((pid) => this.isUser(pid)));
    return pids.filter((pid, i) => using[i] && pid !== process.pid);
  }

  async isUser(pid) {
    const within = (target) =>
      target === this.mount_point || target.startsWith(`${this.mount_point}/`);
    const link = (name) => readlink(`/proc/${pid}/${name}`).catch(() => '');
    if (within(await link('cwd')) || within(await link('exe'))) return true;
    const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(open.map((fd) => link(`fd/${fd}`)));
    return targets.some(within);
  }
}

function tryKill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
