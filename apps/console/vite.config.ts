// How the console becomes files: one small first chunk, a chunk a screen, nothing from anywhere else.
import { defineConfig } from "vite";

export default defineConfig(({ command }) => {
  // A test's NODE_ENV would make it a build for development, 560 kB instead of 342 at first, and kept for the next start.
  if (command === "build") process.env["NODE_ENV"] = "production";
  return {
    root: import.meta.dirname,
    build: {
      outDir: "dist",
      target: "es2024",
      assetsInlineLimit: 0,
      // A policy without `unsafe-inline` scripts stays possible.
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // Which chunk needs which others: build/first-screen.ts.
      manifest: true,
      rolldownOptions: {
        // React's server components read "use client"; here everything is the client.
        onLog: (level, log, handle) => void (log.code === "MODULE_LEVEL_DIRECTIVE" || handle(level, log)),
      },
    },
    // `npx vite apps/console` beside a running start.
    server: { host: "127.0.0.1", proxy: { "^/(v1|jobs|docs|catalog|openapi.json|readyz)": "http://127.0.0.1:3000" } },
  };
});
