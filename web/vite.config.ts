import { defineConfig } from "vitest/config";
import { licences } from "./licences";

// The bundle goes into the Python package: whoever installs Reelation needs no Node.
export default defineConfig({
  base: "./",
  // Chunks find each other beside themselves, so that the same files serve the service and an exported folder; the page
  // itself stands at paths of every depth and names them from the root (an exported folder's page is rewritten).
  experimental: {
    renderBuiltUrl: (name, { hostType }) => (hostType === "html" ? `/${name}` : { relative: true }),
  },
  plugins: [licences()],
  build: {
    outDir: "../src/reelation/web/app",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy allows no data: fonts
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  server: { proxy: { "/v1": "http://127.0.0.1:8000" } },
  test: { environment: "node", include: ["tests/**/*.test.ts"] },
});
