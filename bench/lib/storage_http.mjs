// Objects over HTTP straight from the stack's storage, against the same bytes as a static file.
import path from 'node:path';

import { run } from '../../tests/integration/lib/process.mjs';
import * as load from './load.mjs';
import { staticFile } from './yardstick_work.mjs';

// A row of rows.mjs.
export function storageHttpRow({ name, size, bytes, connections, wanted }) {
  return {
    name,
    work: `GET ${size} from a storage, signed address, ${connections} connections`,
    yardstick: 'static nginx, sendfile',
    wanted,
    unit: 'requests/s',
    prepare: (bench) => stored(bench, name, bytes),
    subject: ({ seconds }, { url }) => load.getRate(url, { connections, seconds }),
    reference: ({ seconds }, { static_url }) =>
      load.getRate(static_url, { connections, seconds }),
  };
}

async function stored(bench, name, bytes) {
  const { stack } = bench;
  const { file, url: static_url } = await staticFile(bench, name, bytes);
  const cli = async (...args) => {
    const all = ['--config', stack.configuration, ...args];
    return (await run(path.join(stack.binaries, 'yundisk-cli'), all)).trim();
  };
  const [url] = (await cli('url', await cli('upload', file), '--for', '1d')).split('\n');
  return { url, static_url };
}
