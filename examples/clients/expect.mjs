/** What every client's line needs. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const FOLDER = path.dirname(fileURLToPath(import.meta.url));

export function expect(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

/** Runs a program of the packages here. @returns its exit code and what it printed */
export function runProgram(name, args, { cwd = FOLDER, limitMs = 240_000 } = {}) {
  return new Promise((resolve, reject) => {
    const program = path.join(FOLDER, 'node_modules', '.bin', name);
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}

/** The end of what a program said, on one line. */
export function lastWords({ output, errors }) {
  return `${output}\n${errors}`.trim().split('\n').slice(-12).join(' | ').slice(0, 1500);
}
