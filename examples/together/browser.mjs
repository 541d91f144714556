// Chromium of the system, with a profile of its own that is gone afterwards.

import { accessSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** `blocked`: as a user who blocks the cookies of third parties. */
export async function openBrowser({ blocked = false } = {}) {
  try {
    accessSync(executablePath);
  } catch {
    throw new Error(`no ${executablePath}: apt-get install chromium, or say CHROMIUM=…`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
  mkdirSync(join(folder, 'Default'));
  // 0: all cookies are allowed, 1: those of third parties are blocked.
  const profile = { cookie_controls_mode: blocked ? 1 : 0, block_third_party_cookies: blocked };
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile }));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  context.setDefaultTimeout(20_000);
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    page,
    context,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
