/** The signing key if the operator set none: created at the first start and kept with the data, so that tokens survive a restart. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from '../../platform/errors/thrown.js';
import { makeFolder } from '../../platform/embedded-postgres/data-folder.js';
import { explainFault } from '../../platform/embedded-postgres/faults.js';
import { StartupError } from '../../platform/errors/startup-error.js';

const FILE_NAME = 'development-jwt-secret';
const SECRET_BYTES = 48;
const OWNER_ONLY = 0o600;

interface DevelopmentKey {
  readonly kid: string;
  readonly secret: string;
}

/** Reads or creates the key of this data folder. Never used in production, which requires JWT_SECRETS. @throws StartupError */
export function provideDevelopmentKeys(dataDir: string): readonly DevelopmentKey[] {
  try {
    return [{ kid: 'development', secret: readOrMakeSecret(dataDir) }];
  } catch (error) {
    throw explainFault(dataDir, error);
  }
}

function readOrMakeSecret(dataDir: string): string {
  const file = path.join(dataDir, FILE_NAME);
  makeFolder(dataDir);
  try {
    // `wx`: of two services that start at once, one creates the key and the other reads it.
    writeFileSync(file, randomBytes(SECRET_BYTES).toString('base64url'), { flag: 'wx', mode: OWNER_ONLY });
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    chmodSync(file, OWNER_ONLY);
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (Buffer.byteLength(secret) < 32)
    throw new StartupError(`${file} is damaged: delete it, and everybody signs in anew.`);
  return secret;
}
