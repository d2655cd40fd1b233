/** A stream that adds the header of a file, digests all bytes and counts those that the reader has taken. */
import { createHash, type Hash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { asError } from '../../platform/errors/thrown.js';

/** Rows arrive one by one. Blocks are much cheaper for a socket, a compressor or the digest. */
const BLOCK_BYTES = 65_536;

/** Ends only after the reader has taken every byte and `onTaken` has completed. */
export class DigestedFile extends Transform {
  private readonly hash: Hash = createHash('sha256');
  private bytes = 0;
  /** Less than a block. */
  private rest: Buffer[] = [];
  private restBytes = 0;
  private onDrained: (() => void) | undefined;
  /** Base64; empty until the last byte. */
  sha256 = '';

  constructor(
    header: string,
    private readonly onTaken: (sha256: string) => Promise<void>,
  ) {
    super({ highWaterMark: 256 * 1024 });
    const bytes = Buffer.from(header);
    this.hash.update(bytes);
    this.bytes = bytes.length;
    this.push(bytes);
  }

  /** Bytes that the reader has taken. */
  get takenBytes(): number {
    return this.bytes - this.restBytes - this.readableLength;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.rest.push(chunk);
    this.restBytes += chunk.length;
    if (this.restBytes >= BLOCK_BYTES) this.pushRest();
    done();
  }

  private pushRest(): void {
    const block = Buffer.concat(this.rest, this.restBytes);
    [this.rest, this.restBytes] = [[], 0];
    this.hash.update(block);
    this.push(block);
  }

  override _flush(done: TransformCallback): void {
    if (this.restBytes > 0) this.pushRest();
    this.sha256 = this.hash.digest('base64');
    this.onDrained = (): void => {
      this.onDrained = undefined;
      this.onTaken(this.sha256).then(
        () => {
          done();
        },
        (error: unknown) => {
          done(asError(error));
        },
      );
    };
    if (this.readableLength === 0) this.onDrained();
  }

  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    if (this.readableLength === 0) this.onDrained?.();
    return chunk;
  }
}
