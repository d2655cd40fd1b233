/** What ends an export early: its caller leaves or takes too little, or it takes too long. */
import { AppError } from '../../platform/errors/errors.js';
import type { ExportLimits } from '../../tenancy/export-limits.js';
import type { DigestedFile } from './digested-file.js';

/** How often a file is looked at in one window. */
const LOOKS_PER_WINDOW = 15;

/** A file may be cut before its first byte has left: the answer is then a 503. */
function cutBecause(reason: string): AppError {
  return new AppError('UNAVAILABLE', undefined, { cause: new Error(`The export was cut: ${reason}.`) });
}

/** One export under its limits, from its place on. */
export class ExportCut {
  private readonly controller = new AbortController();
  private readonly deadline: NodeJS.Timeout;
  private looking: NodeJS.Timeout | undefined;
  private file: DigestedFile | undefined;

  /** @param caller aborted when the caller has left */
  constructor(
    private readonly limits: ExportLimits,
    private readonly caller: AbortSignal,
  ) {
    const { fileMs } = limits;
    this.deadline = setTimeout(() => {
      this.cut(cutBecause(`it took longer than ${fileMs} ms`));
    }, fileMs);
    caller.addEventListener('abort', this.onLeft);
    if (caller.aborted) this.onLeft();
  }

  /** Aborted when the export must end. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Holds the reader to its limits until the file is closed. */
  watch(file: DigestedFile): void {
    this.file = file;
    const { windowMs } = this.limits;
    const taken: number[] = [];
    this.looking = setInterval(() => {
      this.look(file, taken);
    }, windowMs / LOOKS_PER_WINDOW);
    if (this.signal.aborted) file.destroy();
  }

  /** Ends the watch, not the export. */
  end(): void {
    clearTimeout(this.deadline);
    clearInterval(this.looking);
    this.caller.removeEventListener('abort', this.onLeft);
  }

  /** @param taken how much the reader had taken at each look of the last window */
  private look(file: DigestedFile, taken: number[]): void {
    // Where nothing waits to be taken, the reader is not at fault.
    if (file.readableLength === 0) {
      taken.length = 0;
      return;
    }
    taken.push(file.takenBytes);
    if (taken.length <= LOOKS_PER_WINDOW) return;
    const { windowBytes, windowMs } = this.limits;
    if (file.takenBytes - (taken.shift() ?? 0) >= windowBytes) return;
    this.cut(cutBecause(`its reader took less than ${windowBytes} bytes in ${windowMs} ms`));
  }

  private readonly onLeft = (): void => {
    this.cut(undefined);
  };

  /** @param reason none when nobody is there to be told */
  private cut(reason: Error | undefined): void {
    this.end();
    this.controller.abort(reason ?? new Error('The caller left during the export.'));
    this.file?.destroy(reason);
  }
}
