/** Data of the embedded PostgreSQL that are kept between starts: the passwords of its roles and its last port. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { DataFolder } from './data-folder.js';
import { StartupError } from '../errors/startup-error.js';

interface Memory {
  readonly port?: number;
  readonly passwords: Readonly<Record<string, string>>;
}

/** @returns the password of a role of this cluster, which is generated and stored at the first call */
export function rolePassword(folder: DataFolder, role: string): string {
  const memory = readMemory(folder);
  const known = memory.passwords[role];
  if (known !== undefined) return known;
  const password = randomBytes(24).toString('base64url');
  writeMemory(folder, { ...memory, passwords: { ...memory.passwords, [role]: password } });
  return password;
}

/** @returns the port of the last start */
export function rememberedPort(folder: DataFolder): number | undefined {
  return readMemory(folder).port;
}

/** Stores the port, so that clients of the database (psql, a second service) find it again after a restart. */
export function rememberPort(folder: DataFolder, port: number): void {
  const memory = readMemory(folder);
  if (memory.port !== port) writeMemory(folder, { ...memory, port });
}

function readMemory(folder: DataFolder): Memory {
  if (existsSync(folder.memory)) {
    return parseMemory(folder, readFileSync(folder.memory, 'utf8'));
  }
  if (!existsSync(folder.cluster)) return { passwords: {} };
  throw new StartupError(
    `${folder.memory}, which holds the passwords of the database beside it, is missing: put it back, or move ${folder.cluster} away to begin with an empty database.`,
  );
}

function parseMemory(folder: DataFolder, text: string): Memory {
  try {
    const memory: unknown = JSON.parse(text);
    if (typeof memory === 'object' && memory !== null && 'passwords' in memory) return memory as Memory; // only this file writes it
  } catch {
    // reported below
  }
  throw new StartupError(
    `${folder.memory}, which holds the passwords of the database beside it, is damaged: put back a copy of it, or move ${folder.root} away to begin with an empty database.`,
  );
}

function writeMemory(folder: DataFolder, memory: Memory): void {
  const temporary = `${folder.memory}.new`;
  writeFileSync(temporary, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, folder.memory);
}
