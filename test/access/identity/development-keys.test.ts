import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { provideDevelopmentKeys } from '../../../src/access/identity/development-keys.js';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'crm-api-keys-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

const file = (): string => path.join(dataDir, 'new', readdirSync(path.join(dataDir, 'new'))[0] ?? '');

describe('the signing key of development', () => {
  it('is made once, random, and for its owner only', () => {
    const keys = provideDevelopmentKeys(path.join(dataDir, 'new'));

    expect(provideDevelopmentKeys(path.join(dataDir, 'new'))).toEqual(keys);
    expect(provideDevelopmentKeys(path.join(dataDir, 'other'))).not.toEqual(keys);
    expect(keys[0]?.secret).toHaveLength(64);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('is rejected when its file is damaged', () => {
    provideDevelopmentKeys(path.join(dataDir, 'new'));
    writeFileSync(file(), 'short');

    expect(() => provideDevelopmentKeys(path.join(dataDir, 'new'))).toThrow('damaged');
  });
});
