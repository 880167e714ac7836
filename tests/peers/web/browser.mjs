// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Debian's Chromium, driven by playwright-core, with pages that esbuild made of pages/*.mjs.
//
// The pages are handed to the browser in place of an answer from the network, so that they have an
// address that never changes (the browser's databases belong to it) and need no port.

import { build } from "esbuild";
import { readFile } from "node:fs/promises";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
/** Each page has a site of its own, for Hydrogen's service worker speaks to all pages of its site. */
const siteOf = (name) => `http://${name.replace("_", "-")}.localhost`;
const types = {
  ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm",
};
const packages = join(here, "node_modules");

/** Where a path of the site lies. */
const places = {
  "/crypto/": join(packages, "@matrix-org", "matrix-sdk-crypto-wasm"),
  "/hydrogen/": join(packages, "hydrogen-view-sdk", "asset-build", "assets"),
  "/olm/": join(packages, "@matrix-org", "olm"),
  "/pages/": join(here, "built"),
  "/": join(packages, "hydrogen-view-sdk", "lib-build"),  // its service worker, last
};

async function buildPages() {
  await build({
    entryPoints: ["js_sdk", "hydrogen"].map((name) => join(here, "pages", `${name}.mjs`)),
    outdir: join(here, "built"),
    bundle: true,
    format: "esm",
    target: "es2022",
    define: { global: "globalThis" },
    external: ["crypto", "fs", "path"],  // olm asks for them only where there is no browser
    logLevel: "error",
    legalComments: "none",
  });
}

async function answer(route) {
  const { pathname } = new URL(route.request().url());
  const page = /^\/(js_sdk|hydrogen)$/.exec(pathname);
  if (page) {
    const script = `/pages/${page[1]}.js`;
    const body = `<!doctype html><meta charset="utf-8"><title>${page[1]}</title>` +
      `<body><div id="app" class="hydrogen"></div><script type="module" src="${script}"></script>`;
    return await route.fulfill({ body, contentType: "text/html" });
  }
  const prefix = Object.keys(places).find((one) => pathname.startsWith(one));
  if (!prefix) return await route.fulfill({ status: 404, body: "" });
  const file = join(places[prefix], normalize(`/${pathname.slice(prefix.length)}`));
  try {
    const contentType = types[extname(file)] ?? "application/octet-stream";
    return await route.fulfill({ body: await readFile(file), contentType });
  } catch {
    return await route.fulfill({ status: 404, body: "" });
  }
}

/** A browser whose profile lies in `folder`, new or as it was left. */
export async function openBrowser(folder) {
  await buildPages();
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: "/usr/bin/chromium",
    headless: true,
    // Root has no sandbox; a site that asks a server on this machine would have to ask first.
    args: ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks", "--disable-gpu"],
  });
  await context.route(/^http:\/\/[a-z-]+\.localhost\//, answer);
  return {
    async page(name) {
      const page = await context.newPage();
      const trouble = [];
      page.on("pageerror", (error) => trouble.push(error.message));
      if (process.env.PEER_DEBUG) {
        page.on("console", (line) => process.stdout.write(`# ${name}: ${line.text()}\n`));
      }
      await page.goto(`${siteOf(name)}/${name}`);
      await page.waitForFunction(() => globalThis.peer !== undefined, null, { timeout: 30_000 })
        .catch(() => {
          throw new Error(`the page ${name} did not start: ${trouble.join("; ")}`);
        });
      return page;
    },
    close: () => context.close(),
  };
}
