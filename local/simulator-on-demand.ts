import { randomBytes } from 'node:crypto';
import { simulatedPbx } from './default-settings.ts';
import { ANY_DIALPLAN, DEFAULTS, type Simulator, startSimulator } from './simulator/index.ts';

/** The simulator of `npx asterisk-callback start`. It listens only if the settings name no other PBX. */
export interface SimulatorOnDemand {
  /** Starts it if need be, and returns its settings. */
  pbx: () => Promise<Record<string, string>>;
  /** Undefined while it is not started. */
  url: () => string | undefined;
  close: () => Promise<void>;
}

export function simulatorOnDemand(): SimulatorOnDemand {
  // Other processes of this machine can connect to it, but cannot log in.
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
