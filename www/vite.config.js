import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `npm run dev` serves the page with hot reload and passes the API on to a running yundisk.
const server = process.env.YUNDISK_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  server: { proxy: { '/api': server } },
  build: {
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // The content security policy forbids data: URLs in style sheets and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // The page runs in a browser only: without this condition Svelte resolves to its server build.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  test: { include: ['tests/**/*.test.ts'] },
});
