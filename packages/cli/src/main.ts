#!/usr/bin/env -S node --max-semi-space-size=32
import { enableCompileCache } from './compileCache.ts';

// The rest is loaded afterwards, because static imports are compiled before the cache is enabled.
enableCompileCache();
const { run } = await import('./run.ts');

const code = await run(process.argv.slice(2));
if (code !== 0) process.exitCode = code;
