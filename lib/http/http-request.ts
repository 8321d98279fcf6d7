import type { Pairs } from './query.ts';

/** One HTTP request, the same for every service that invokes the function. */
export interface HttpRequest {
  method: string;
  /** Path without the stage. The base path of a custom domain is still part of it. */
  path: string;
  /** Path as the client sent it, with stage and base path. */
  writtenPath: string;
  /** Query as the client sent it. A REST API reports it decoded, so there it is encoded again. */
  rawQuery: string;
  /**
   * Decoded pairs. Empty until the endpoint is found. A name may repeat. A REST API and a load balancer do not keep the order of
   * different names.
   */
  query: Pairs;
  /** Names in lower case. Values of a repeated header are joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** Address of the client, or '' if the event does not prove it. */
  sourceIp: string;
  /** ARN of a caller that AWS authenticated. */
  principal: string | undefined;
}
