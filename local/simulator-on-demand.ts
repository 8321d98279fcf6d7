import { randomBytes } from 'node:crypto';
import { simulatedPbx } from './default-settings.ts';
import { ANY_DIALPLAN, DEFAULTS, type Simulator, startSimulator } from './simulator/index.ts';

/** The simulator of `start`, which runs only if the settings name no PBX. */
export interface SimulatorOnDemand {
  /** Starts the simulator at the first call. Returns its parameters `pbx/main/…`. */
  pbx: () => Promise<Record<string, string>>;
  /** Undefined before the start. */
  url: () => string | undefined;
  close: () => Promise<void>;
}

export function simulatorOnDemand(): SimulatorOnDemand {
  // Other processes of this machine can connect, but the random secret keeps them from a login.
  const user = { ...DEFAULTS.users[0], secret: randomBytes(24).toString('base64url') };
  let starting: Promise<Simulator> | undefined;
  let url: string | undefined;
  return {
    pbx: async () => {
      starting ??= startSimulator({ users: [user], dialplan: ANY_DIALPLAN });
      ({ url } = await starting);
      return simulatedPbx(url, user);
    },
    url: () => url,
    close: async () => (await starting)?.close(),
  };
}
