// Objects over HTTP straight from the stack's storage, against the same bytes as a static file.
import path from 'node:path';

import { run } from '../../tests/integration/lib/process.mjs';
import * as load from './load.mjs';

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
    reference: ({ yardstick, seconds }) =>
      load.getRate(`${yardstick.url}/static/${name}`, { connections, seconds }),
  };
}

async function stored({ stack, yardstick, large }, name, bytes) {
  const file = path.join(yardstick.directory, 'static', name);
  await run('sh', ['-c', 'head -c "$2" "$0" > "$1"', large, file, String(bytes)]);
  const cli = async (...args) => {
    const all = ['--config', stack.configuration, ...args];
    return (await run(path.join(stack.binaries, 'yundisk-cli'), all)).trim();
  };
  const [url] = (await cli('url', await cli('upload', file), '--for', '1d')).split('\n');
  return { url };
}
