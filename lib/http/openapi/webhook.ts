import type { ProblemCode } from '../../calls/problems.ts';
import { CALLBACK_PROBLEMS, problemResponses } from './problems.ts';

const OF_WEBHOOKS: readonly ProblemCode[] = ['not-found', 'event-too-old', 'map-failed', 'event-undated'];

/** A webhook has neither keys nor links, and no classic URL. */
const NOT_OF_WEBHOOKS: readonly ProblemCode[] = [
  'classic-not-allowed',
  'link-expired',
  'route-not-allowed',
  'source-not-allowed',
];

/** @param placed The answer to an event that asked for a call. */
export const webhookPath = (placed: object) => ({
  '/webhooks/{name}': {
    post: {
      operationId: 'receiveWebhook',
      summary: 'An event of a CRM, or of any other sender',
      description:
        'The settings name the source, which knows how the sender proves itself and where the fields are. A function of its own, which may have another address than the rest.',
      parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      security: [],
      requestBody: {
        content: {
          'application/json': { schema: {} },
          'application/x-www-form-urlencoded': { schema: { type: 'object' } },
        },
      },
      responses: {
        201: placed,
        204: { description: 'The event asks for no call.' },
        ...problemResponses([
          ...CALLBACK_PROBLEMS.filter((code) => !NOT_OF_WEBHOOKS.includes(code)),
          ...OF_WEBHOOKS,
        ]),
      },
    },
  },
});
