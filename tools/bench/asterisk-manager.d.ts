declare module 'asterisk-manager' {
  interface Manager {
    action(action: Record<string, unknown>, callback: (error: unknown, response: unknown) => void): string;
    on(event: 'close' | 'error', listener: (error?: Error) => void): void;
    disconnect(callback?: () => void): void;
  }
  /** Connects and logs in at once. Actions wait for the login. */
  export default function connect(
    port: number,
    host: string,
    username: string,
    password: string,
    events: boolean,
  ): Manager;
}
