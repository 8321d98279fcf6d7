/** A warning about settings that are valid. */
export interface Doubt {
  found: string;
  cure: string;
}
