import type { Answer } from './server.ts';

/** One way in which a PBX, or something between it and us, misbehaves. */
export interface Way {
  name: string;
  /** The actions that are answered badly. */
  answers: Readonly<Record<string, Answer>>;
  /** Fields of the request that meets it. */
  request?: Readonly<Record<string, unknown>>;
}
