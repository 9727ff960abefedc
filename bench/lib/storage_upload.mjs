// Uploads over the binary protocol, by bench_storage_upload against the stack's storage.
import path from 'node:path';

import { run } from '../../tests/integration/lib/process.mjs';

const GROUP = '1';
const GRACE_MS = 30_000;

// Acknowledged uploads a second.
export async function storageUploadRate({ stack, seconds }, { connections, bytes }) {
  const output = await run(
    path.join(stack.binaries, 'bench_storage_upload'),
    [stack.storage, stack.secret_file, GROUP, String(connections), String(seconds), String(bytes)],
    { timeout_ms: seconds * 1000 + GRACE_MS },
  );
  return JSON.parse(output).uploads_per_s;
}
