#!/usr/bin/env -S node --max-semi-space-size=32
import { run } from './run.ts';

const code = await run(process.argv.slice(2));
if (code !== 0) process.exitCode = code;
