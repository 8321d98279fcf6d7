import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { DEFAULTS, type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { json, settingsFor } from '../http/settings.ts';
import { type StartedProcess, startProcess } from './start-process.ts';

/** One request, which is sent again until it is answered. */
interface Sent {
  number: string;
  key: string | undefined;
  agent: string;
  /** The id of its callback, once a process has answered it. */
  id?: string;
}

const CLIENTS = 6;
/** The process is killed after so many answers at the most. */
const MOST_ANSWERS = 12;
/** The steps of one request take about so long. */
const REQUEST_MS = 15;
/** Each process lives so much later than the one before: the leases of what was killed have ended. */
const BETWEEN_PROCESSES_MS = 60_000;

/** Kills so many processes at random moments of their work, and checks what is left. */
export async function checkKills(kills: number): Promise<void> {
  await using processes = await KilledProcesses.open();
  for (let kill = 0; kill < kills; kill += 1) await processes.killOne();
  await processes.check();
}

/** Processes of `npm start --data` that are killed in the middle of their work, one after the other, on one folder. */
class KilledProcesses implements AsyncDisposable {
  readonly #folder: string;
  readonly #simulator: Simulator;
  readonly #sent: Sent[] = [];
  #processes = 0;
  #numbers = 0;

  private constructor(folder: string, simulator: Simulator) {
    this.#folder = folder;
    this.#simulator = simulator;
  }

  static async open(): Promise<KilledProcesses> {
    const folder = await mkdtemp(join(tmpdir(), 'asterisk-callback-killed-'));
    const simulator = await startSimulator({ loginDelayMs: 0 });
    const settings = settingsFor({ url: simulator.url, ...DEFAULTS.users[0] });
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    return new KilledProcesses(folder, simulator);
  }

  /** Starts a process, lets clients call it, and kills it in the middle of its work. */
  async killOne(): Promise<void> {
    await using process = await this.#start();
    const enough = 1 + Math.floor(Math.random() * MOST_ANSWERS);
    let answers = 0;
    const client = async (): Promise<void> => {
      for (;;) {
        const sent = this.#next();
        const answer = await post(process, sent).catch(() => undefined);
        // Its process was killed.
        if (!answer) return;
        expect(answer).toMatchObject({ status: 201, replayed: false });
        sent.id = answer.id;
        answers += 1;
        if (answers === enough) reached.resolve();
      }
    };
    const reached = Promise.withResolvers<void>();
    const clients = Array.from({ length: CLIENTS }, client);
    await reached.promise;
    await sleep(Math.random() * REQUEST_MS);
    await process.kill();
    await Promise.all(clients);
  }

  /**
   * Checks in a new process that every callback of an answer is remembered, and sends every request with a key again. No
   * number was dialled twice.
   */
  async check(): Promise<void> {
    await using process = await this.#start();
    for (const sent of this.#sent.splice(0)) {
      if (sent.id !== undefined) expect(await statusOf(process, sent.id)).toBe(200);
      const dialled = this.#idsDialled(sent.number);
      if (sent.key === undefined) {
        expect(dialled.length).toBeLessThanOrEqual(1);
        continue;
      }
      const { status, replayed, id } = await post(process, sent);
      expect([201, 504]).toContain(status);
      if (sent.id !== undefined)
        expect({ status, replayed, id }).toEqual({ status: 201, replayed: true, id: sent.id });
      if (dialled.length > 0) expect({ replayed, ids: [id] }).toEqual({ replayed: true, ids: dialled });
      // A process that died between its claim and its Originate dialled nobody, and nobody else does.
      const now = this.#idsDialled(sent.number);
      expect(now).toEqual(replayed ? dialled : [id]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#simulator.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #start(): Promise<StartedProcess> {
    const options = ['--settings', join(this.#folder, 'settings.json'), '--data', this.#folder];
    this.#processes += 1;
    return startProcess(options, this.#processes * BETWEEN_PROCESSES_MS);
  }

  #next(): Sent {
    this.#numbers += 1;
    const number = `8495${String(this.#numbers).padStart(7, '0')}`;
    const sent = {
      number,
      key: Math.random() < 0.75 ? `key-${number}` : undefined,
      // Only rings, or is busy.
      agent: Math.random() < 0.5 ? '3206' : '3201',
    };
    this.#sent.push(sent);
    return sent;
  }

  /** Returns the ChannelIds of the Originates for a number. */
  #idsDialled(number: string): string[] {
    return this.#simulator.requests
      .filter(({ action, headers }) => action === 'Originate' && headers.includes(`Exten: ${number}`))
      .map(({ headers }) => headerNamed(headers, 'ChannelId'));
  }
}

const headerNamed = (headers: readonly string[], name: string): string =>
  headers.find((header) => header.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';

async function post(process: StartedProcess, { number, agent, key }: Sent) {
  const reply = await fetch(`${process.url}/callbacks`, {
    method: 'POST',
    headers: { ...json, ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify({ to: number, agent }),
  });
  const body = (await reply.json()) as { id?: string; callback?: { id: string } };
  return {
    status: reply.status,
    replayed: reply.headers.get('idempotent-replayed') === 'true',
    id: body.id ?? body.callback?.id ?? '',
  };
}

const statusOf = async (process: StartedProcess, id: string): Promise<number> =>
  (await fetch(`${process.url}/callbacks/${id}`, { headers: json })).status;
