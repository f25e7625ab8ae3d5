// How the page is built: `npm run build` in web/ (which `make page` does) fills web/dist.
import { defineConfig } from "vite";
import { sitePlugin } from "./build/site.ts";

export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0, // data: addresses would need a wider content security policy
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: { checks: { bundlerTimings: false } }, // compressing takes long and is meant to
  },
  worker: { format: "es" },
  plugins: [sitePlugin()],
});
