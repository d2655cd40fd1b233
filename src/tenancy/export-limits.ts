/** Limits for the number of exports and their duration. */
export interface ExportLimits {
  /** Exports at once in this process, and the size of the export pool. */
  readonly places: number;
  /** Exports at once of one tenant. */
  readonly slotsPerTenant: number;
  /** How long an export may wait for a place; milliseconds. */
  readonly waitMs: number;
  /** A client is disconnected if it reads fewer bytes than this per window although more are available. */
  readonly windowBytes: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** From the start of an export to the last byte of its file; milliseconds. */
  readonly fileMs: number;
}

/** DATABASE_EXPORT_POOL overrides `places`. */
export const EXPORT_LIMITS: ExportLimits = {
  places: 3,
  slotsPerTenant: 2,
  waitMs: 3000,
  windowBytes: 65_536,
  windowMs: 15_000,
  fileMs: 60_000,
};
