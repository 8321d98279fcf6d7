declare module 'dynalite' {
  import type { Server } from 'node:http';
  /** In memory without a `path`. */
  export default function dynalite(options?: { createTableMs?: number; path?: string }): Server;
}
