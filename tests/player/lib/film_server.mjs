// A real nginx with the film and with everything that can go wrong instead of it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { until } from './processes.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const configuration = (folder, port) => `
daemon off;
${process.getuid() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/tmp1; proxy_temp_path ${folder}/tmp2; fastcgi_temp_path ${folder}/tmp3;
  uwsgi_temp_path ${folder}/tmp4; scgi_temp_path ${folder}/tmp5;
  server {
    listen 127.0.0.1:${port};
    location /api/v1/signed/t/ { alias ${folder}/files/; }
    location /api/v1/signed/expired/ { return 410; }
    location /api/v1/signed/forbidden/ { return 403; }
    location /api/v1/signed/broken/ { return 500; }
    location /api/v1/signed/redirect/ { return 302 /api/v1/signed/t/film.mkv; }
    location /api/v1/signed/slow/ { alias ${folder}/files/; limit_rate 400k; }
  }
}
`;

// What the page makes of a film: see www/src/components/PlayerDialog.svelte.
export function linkTo(url, title, server) {
  const query = Object.entries({ url, title, server }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `yundisk://play?${query.join('&')}`;
}

export class FilmServer {
  constructor(processes, folder) {
    this.processes = processes;
    this.folder = folder;
    this.files = path.join(folder, 'files');
    mkdirSync(this.files, { recursive: true });
  }

  async start() {
    this.port ??= await freePort();
    this.origin = `http://127.0.0.1:${this.port}`;
    const file = path.join(this.folder, 'nginx.conf');
    writeFileSync(file, configuration(this.folder, this.port));
    this.nginx = this.processes.start('nginx', ['-c', file]);
    await until('nginx', async () => (await fetch(this.origin).catch(() => null)) !== null);
  }

  async stop() {
    await this.processes.end(this.nginx);
  }

  accesses() {
    return readFileSync(path.join(this.folder, 'access.log'), 'utf8').split('\n').filter((line) => line.includes('signed'));
  }

  // What the page would make of a film here.
  link(target, title = 'Test film') {
    return linkTo(`${this.origin}/api/v1/signed/${target}`, title, this.origin);
  }
}
