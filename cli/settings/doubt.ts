/** Something in settings that are valid, and better otherwise. */
export interface Doubt {
  found: string;
  cure: string;
}
