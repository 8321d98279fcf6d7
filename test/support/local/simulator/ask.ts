import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A bare AJAM client: one keep-alive connection and the last cookie, nothing clever. */
export class Asker {
  readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: string;
  cookie: string | undefined;

  constructor(url: string) {
    this.#url = `${url}/rawman`;
  }

  ask(action: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post(new URLSearchParams({ Action: action, ...headers }).toString());
  }

  login(): Promise<Answer> {
    return this.ask('Login', { Username: 'lambda', Secret: 'simulator', Events: 'call' });
  }

  post(form: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': form.length };
      const cookie = this.cookie === undefined ? {} : { Cookie: this.cookie };
      const options = { agent: this.agent, method: 'POST', headers: { ...headers, ...cookie } };
      const sent = request(this.#url, options, (reply) => {
        let body = '';
        reply.setEncoding('utf8');
        reply.on('data', (chunk: string) => {
          body += chunk;
        });
        reply.on('error', reject);
        reply.on('end', () => {
          this.cookie = reply.headers['set-cookie']?.[0]?.split(';')[0] ?? this.cookie;
          resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body });
        });
      });
      sent.on('error', reject);
      sent.end(form);
    });
  }

  /** All events up to and with the first that has this text; waits as long as the test may run. */
  async eventsUntil(text: string): Promise<Record<string, string>[]> {
    let body = '';
    while (!body.includes(text)) body += (await this.ask('WaitEvent', { Timeout: '5' })).body;
    return events(body);
  }
}

function events(body: string): Record<string, string>[] {
  const packets = body
    .split('\r\n\r\n')
    .map((packet) => packet.split('\r\n').map((line) => line.split(': ')));
  return packets
    .map((lines) => Object.fromEntries(lines) as Record<string, string>)
    .filter((packet) => packet['Event'] !== undefined && packet['Event'] !== 'WaitEventComplete');
}
