// When a stack is whole again after something was broken.
import { request } from '../../integration/lib/http.mjs';
import { until } from '../../integration/lib/process.mjs';

const RECOVERY_MS = 60_000;

export function whole(stack) {
  return until('the stack is healthy again', () => isHealthy(stack), RECOVERY_MS);
}

async function isHealthy(stack) {
  try {
    return (await request(stack.url, { target: '/healthz' })).status === 200;
  } catch {
    return false;
  }
}
