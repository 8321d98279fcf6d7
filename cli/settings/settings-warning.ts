/** A warning about settings that are valid. */
export interface SettingsWarning {
  found: string;
  cure: string;
}
